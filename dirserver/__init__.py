"""dirserver: one company address list on every device, over CardDAV, LDAP and pages."""
