//! Surface: bytes of lessons under `/l/CODE/…` and `/media/…`.
