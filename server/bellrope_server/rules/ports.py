"""Ports that webhooks never use: services there misread an HTTP request, or obey it."""

# The bad ports of the WHATWG Fetch standard, then those of data stores, brokers and consoles. None is
# ephemeral (32768 and above).
_NAMES = """
tcpmux 1, echo 7, discard 9, systat 11, daytime 13, netstat 15, qotd 17, chargen 19, ftp-data 20, ftp 21,
ssh 22, telnet 23, smtp 25, time 37, name 42, nicname 43, dns 53, tftp 69, rje 77, finger 79, ttylink 87,
supdup 95, hostname 101, iso-tsap 102, gppitnp 103, acr-nema 104, pop2 109, pop3 110, sunrpc 111, auth 113,
sftp 115, uucp-path 117, nntp 119, ntp 123, epmap 135, netbios 137, netbios 139, imap 143, snmp 161, bgp
179, ldap 389, slp 427, smb 445, smtps 465, exec 512, login 513, shell 514, printer 515, tempo 526, courier
530, chat 531, netnews 532, uucp 540, afp 548, rtsp 554, remotefs 556, nntps 563, submission 587, syslog
601, ldaps 636, rsync 873, ftps-data 989, ftps 990, telnets 992, imaps 993, pop3s 995, socks 1080,
sql-server 1433, oracle 1521, h323 1719, h323 1720, pptp 1723, mqtt 1883, nfs 2049, zookeeper 2181, docker
2375, docker 2376, etcd 2379, etcd 2380, iscsi 3260, ldap 3268, ldaps 3269, mysql 3306, rdp 3389, apple-sasl
3659, npp 4045, sieve 4190, nats 4222, epmd 4369, gearman 4730, sip 5060, sips 5061, postgresql 5432, amqps
5671, amqp 5672, vnc 5900, x11 6000, redis 6379, redis 6380, pgbouncer 6432, sane 6566, irc 6665, irc 6666,
irc 6667, irc 6668, irc 6669, irc 6679, irc 6697, bolt 7687, cassandra 9042, kafka 9092, elasticsearch 9300,
amanda 10080, kubelet 10250, memcached 11211, beanstalkd 11300, redis 16379, redis 26379, mongodb 27017,
mongodb 27018, mongodb 27019
"""
DENIED = {int(port): name for name, port in (pair.split() for pair in _NAMES.split(","))}
