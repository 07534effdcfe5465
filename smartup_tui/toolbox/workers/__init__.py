"""Operations of role holders: seats and the clock. One file for each command, or for a pair that belongs together."""
