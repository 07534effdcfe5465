"""Operations that only read; every owner may use them."""
