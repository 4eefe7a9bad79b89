"""Names of the objects that are read: of SNMPv2-, SNMP-FRAMEWORK-, HOST-RESOURCES-, ENTITY-, IF- and IP-MIB."""

from fushinban.transport.ber import Oid

_MIB_2: Oid = (1, 3, 6, 1, 2, 1)
ENTERPRISES: Oid = (1, 3, 6, 1, 4, 1)

DESCRIPTION: Oid = (*_MIB_2, 1, 1, 0)
OBJECT_ID: Oid = (*_MIB_2, 1, 2, 0)
AGENT_UPTIME: Oid = (*_MIB_2, 1, 3, 0)
NAME: Oid = (*_MIB_2, 1, 5, 0)
LOCATION: Oid = (*_MIB_2, 1, 6, 0)
#: Seconds since the agent began, which do not wrap round after 497 days.
ENGINE_TIME: Oid = (1, 3, 6, 1, 6, 3, 10, 2, 1, 3, 0)
#: Hundredths of a second since the device began, whatever became of the agent.
HOST_UPTIME: Oid = (*_MIB_2, 25, 1, 1, 0)

SYSTEM = (DESCRIPTION, OBJECT_ID, AGENT_UPTIME, NAME, LOCATION, ENGINE_TIME, HOST_UPTIME)

_PART: Oid = (*_MIB_2, 47, 1, 1, 1, 1)
PART_CLASS, PART_HARDWARE, PART_SOFTWARE, PART_SERIAL, PART_MAKER, PART_MODEL = (
    (*_PART, n) for n in (5, 8, 10, 11, 12, 13)
)
#: `entPhysicalClass` of the device as a whole.
CHASSIS = 3
PARTS = (PART_CLASS, PART_HARDWARE, PART_SOFTWARE, PART_SERIAL, PART_MAKER, PART_MODEL)

_IF: Oid = (*_MIB_2, 2, 2, 1)
IF_DESCRIPTION, IF_MTU, IF_MAC, IF_ADMIN = ((*_IF, n) for n in (2, 4, 6, 7))
IF_NAME: Oid = (*_MIB_2, 31, 1, 1, 1, 1)
INTERFACES = (IF_DESCRIPTION, IF_MTU, IF_MAC, IF_ADMIN, IF_NAME)

#: The older table (IPv4 alone), and the newer one of both families.
IP_INTERFACE, IP_MASK = ((*_MIB_2, 4, 20, 1, n) for n in (2, 3))
ADDRESS_INTERFACE, ADDRESS_PREFIX = ((*_MIB_2, 4, 34, 1, n) for n in (3, 5))
ADDRESSES = (IP_INTERFACE, IP_MASK, ADDRESS_INTERFACE, ADDRESS_PREFIX)

#: `ifAdminStatus` of an interface that is switched on.
UP = 1
