"""Every number that a check compares with, with its source."""

#: Shortest acceptable password. NIST SP 800-63B section 5.1.1.2 (memorised secrets: at least 8 characters).
MIN_PASSWORD_LENGTH = 8

#: zxcvbn's own scale: 0 and 1 fall to an online guesser (fewer than 10^6 guesses), 3 withstands a slow offline attack.
GUESSABLE_SCORE = 1
MIN_PASSWORD_SCORE = 3

#: Largest clock error, seconds. Own rule: pictures must be matched to the minute, and ONVIF logins fail far earlier.
MAX_CLOCK_OFFSET = 60.0

#: From this number of accounts on, "everyone is an administrator" is no longer least privilege. Own rule.
MANY_ADMINISTRATORS = 3

#: TLS versions that must not be used any more. RFC 8996 (TLS 1.0 and 1.1), RFC 7568 (SSL 3).
OLD_TLS = frozenset({"SSLv3", "TLSv1", "TLSv1.0", "TLSv1.1"})

#: How old a person's regular work may be, days. Own rules: the guide asks for regular checks and names no period.
MONTHLY = 31
QUARTERLY = 92
HALF_YEARLY = 184
YEARLY = 366

#: Shortest acceptable RSA key, bits. NIST SP 800-131A and CRYPTREC: below 2048 not to be used any more.
MIN_RSA_BITS = 2048
