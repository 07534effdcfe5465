"""Operations of captains for their team, of the leadership and the founder, and of mission leaders where said."""
