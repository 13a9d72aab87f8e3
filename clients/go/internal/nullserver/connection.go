package main

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
)

// Types and flags of frames (RFC 9113, 6), and the sizes that we and our clients keep to.
const (
	typeData, typeHeaders, typeReset, typeSettings, typePing, typeWindowUpdate = 0, 1, 3, 4, 6, 8

	flagEndStream, flagAck, flagEndHeaders, flagPadded = 1, 1, 4, 8

	settingInitialWindow = 4

	headerSize    = 9
	largestFrame  = 16384 // of a client that does not say otherwise
	prefaceSize   = 24
	defaultWindow = 65535
	window        = 1 << 20 // so large that a client that reads its answers never waits
	buffer        = 64 << 10
)

// Of the answer: `:status: 200` and `content-type: application/grpc`, then `grpc-status: 0` (RFC 7541, without a table).
var (
	headers  = append([]byte{0x88, 0x0f, 0x10, 16}, "application/grpc"...)
	trailers = append(append([]byte{0, 11}, "grpc-status"...), 1, '0')
)

// connection is a client's, with its streams.
type connection struct {
	in      *bufio.Reader
	out     *bufio.Writer
	frame   []byte // the payload of the current frame
	streams map[uint32]*stream
	room    int // what we may send on all streams together
	initial int // what we may send on a new stream
	unread  int // bytes of data that the client does not know to be read
}

func serve(accepted net.Conn) error {
	c := &connection{
		in:      bufio.NewReaderSize(accepted, buffer),
		out:     bufio.NewWriterSize(accepted, buffer),
		streams: map[uint32]*stream{},
		room:    defaultWindow,
		initial: defaultWindow,
	}
	if _, err := c.in.Discard(prefaceSize); err != nil {
		return err
	}
	c.send(typeSettings, 0, 0, binary.BigEndian.AppendUint32([]byte{0, settingInitialWindow}, window))
	c.grant(0, window-defaultWindow)
	for {
		if err := c.next(); err != nil {
			return err
		}
	}
}

// next reads a frame and answers it. Answers wait for as long as there is another frame to read.
func (c *connection) next() error {
	if c.in.Buffered() < headerSize {
		if err := c.out.Flush(); err != nil {
			return err
		}
	}
	var header [headerSize]byte
	if _, err := io.ReadFull(c.in, header[:]); err != nil {
		return err
	}
	size := int(header[0])<<16 | int(header[1])<<8 | int(header[2])
	if c.in.Buffered() < size {
		if err := c.out.Flush(); err != nil {
			return err
		}
	}
	if cap(c.frame) < size {
		c.frame = make([]byte, size)
	}
	c.frame = c.frame[:size]
	if _, err := io.ReadFull(c.in, c.frame); err != nil {
		return err
	}
	c.take(header[3], header[4], binary.BigEndian.Uint32(header[5:]))
	return nil
}

func (c *connection) take(kind, flags byte, id uint32) {
	switch kind {
	case typeHeaders:
		c.streams[id] = &stream{connection: c, id: id, room: c.initial, watch: started()}
		c.send(typeHeaders, flagEndHeaders, id, headers)
	case typeData:
		c.data(flags, id)
	case typeReset:
		delete(c.streams, id)
	case typeSettings:
		c.settings(flags)
	case typePing:
		if flags&flagAck == 0 {
			c.send(typePing, flagAck, 0, c.frame)
		}
	case typeWindowUpdate:
		c.granted(id, int(binary.BigEndian.Uint32(c.frame)))
	}
}

func (c *connection) data(flags byte, id uint32) {
	size, payload := len(c.frame), c.frame
	if flags&flagPadded != 0 {
		payload = payload[1 : len(payload)-int(payload[0])]
	}
	stream := c.streams[id]
	if c.unread += size; c.unread > window/2 {
		c.grant(0, c.unread)
		c.unread = 0
	}
	if stream != nil {
		stream.take(payload, size, flags&flagEndStream != 0)
	}
}

func (c *connection) settings(flags byte) {
	if flags&flagAck != 0 {
		return
	}
	for each := c.frame; len(each) >= 6; each = each[6:] {
		if binary.BigEndian.Uint16(each) == settingInitialWindow {
			c.initial = int(binary.BigEndian.Uint32(each[2:]))
		}
	}
	c.send(typeSettings, flagAck, 0, nil)
}

// granted says that the client has read so much.
func (c *connection) granted(id uint32, size int) {
	if id == 0 {
		c.room += size
		for _, each := range c.streams {
			each.flush()
		}
	} else if stream := c.streams[id]; stream != nil {
		stream.room += size
		stream.flush()
	}
}

// grant tells the client that we have read so much.
func (c *connection) grant(id uint32, size int) {
	c.send(typeWindowUpdate, 0, id, binary.BigEndian.AppendUint32(nil, uint32(size)))
}

// send writes a frame; what fails is seen when the writer is flushed.
func (c *connection) send(kind, flags byte, id uint32, payload []byte) {
	size := len(payload)
	header := [headerSize]byte{byte(size >> 16), byte(size >> 8), byte(size), kind, flags}
	binary.BigEndian.PutUint32(header[5:], id)
	_, _ = c.out.Write(header[:])
	_, _ = c.out.Write(payload)
}
