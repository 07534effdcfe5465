"""Operations of every licensed owner: proposing, objecting, voting, thanking, applying, redeeming."""
