package vpcd

import (
	"net"

	"golang.org/x/sys/unix"
)

// quickAck makes the system acknowledge what arrives next at once. The option
// does not last, so it is set before every receive. Where it cannot be set
// the connection is only slower.
func quickAck(conn net.Conn) {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) {
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_QUICKACK, 1)
	})
}
