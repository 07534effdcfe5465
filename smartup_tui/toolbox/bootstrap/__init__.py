"""Operations that begin an organisation: the founder's, from the command line only."""
