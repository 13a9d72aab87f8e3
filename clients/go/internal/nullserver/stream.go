package main

import (
	"encoding/binary"
	"log"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

const prefixSize = 5 // of a message in gRPC: whether it is compressed, and its length

// Numbers of fields in eventing.proto.
const (
	requestEvent, eventID = 1, 6

	responseSettled, responseResults = 1, 2

	resultIndex, resultAccepted = 1, 2

	acceptedID, acceptedCount, acceptedDue = 1, 2, 3
)

// due is the time in all answers: a google.protobuf.Timestamp.
var due = protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), uint64(time.Now().Unix()))

// stream is a call of QueueStream.
type stream struct {
	*connection
	id      uint32
	room    int    // what we may send
	unread  int    // bytes that the client does not know to be read
	rest    []byte // of a message that has not come in full
	waiting []byte // answers
	sent    int    // how many of these bytes are sent
	isEnded bool

	events, bytes int
	watch         watch
}

// take reads the messages in a piece of data, and answers each.
func (s *stream) take(data []byte, size int, isEnd bool) {
	s.unread += size
	if len(s.rest) > 0 {
		s.rest = append(s.rest, data...)
		data = s.rest
	}
	for len(data) >= prefixSize {
		end := prefixSize + int(binary.BigEndian.Uint32(data[1:]))
		if len(data) < end {
			break
		}
		s.answer(data[prefixSize:end])
		data = data[end:]
	}
	s.rest = append(s.rest[:0], data...)
	s.isEnded = isEnd
	s.flush()
}

func (s *stream) answer(request []byte) {
	id := field(field(request, requestEvent), eventID)
	if len(id) == 0 {
		log.Fatal("an event has no id")
	}
	s.waiting = append(s.waiting, response(s.events, id)...)
	s.events++
	s.bytes += len(request)
}

// flush sends what there is room for, in as few frames as possible. A client that does not read its answers gets no
// room for more events.
func (s *stream) flush() {
	for size := s.fitting(); size > 0; size = s.fitting() {
		s.send(typeData, 0, s.id, s.waiting[s.sent:s.sent+size])
		s.room -= size
		s.connection.room -= size
		s.sent += size
	}
	if s.sent < len(s.waiting) {
		return
	}
	s.waiting, s.sent = s.waiting[:0], 0
	if s.unread > window/2 && !s.isEnded {
		s.grant(s.id, s.unread)
		s.unread = 0
	}
	if s.isEnded {
		s.send(typeHeaders, flagEndHeaders|flagEndStream, s.id, trailers)
		say(s.watch.report(s.events, s.bytes))
		delete(s.streams, s.id)
	}
}

// fitting returns how many of the waiting bytes the next frame can have.
func (s *stream) fitting() int {
	return max(0, min(len(s.waiting)-s.sent, largestFrame, s.room, s.connection.room))
}

// response returns the answer for an event, with its prefix.
func response(index int, id []byte) []byte {
	accepted := bytesField(make([]byte, 0, 64), acceptedID, id)
	accepted = protowire.AppendVarint(protowire.AppendTag(accepted, acceptedCount, protowire.VarintType), 1)
	accepted = bytesField(accepted, acceptedDue, due)
	result := protowire.AppendVarint(protowire.AppendTag(make([]byte, 0, 80), resultIndex, protowire.VarintType), uint64(index))
	result = bytesField(result, resultAccepted, accepted)
	answer := make([]byte, prefixSize, 112)
	answer = protowire.AppendVarint(protowire.AppendTag(answer, responseSettled, protowire.VarintType), uint64(index+1))
	answer = bytesField(answer, responseResults, result)
	binary.BigEndian.PutUint32(answer[1:], uint32(len(answer)-prefixSize))
	return answer
}

func bytesField(message []byte, number protowire.Number, value []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(message, number, protowire.BytesType), value)
}

// field returns a field of bytes; empty if it is not there.
func field(message []byte, wanted protowire.Number) []byte {
	for len(message) > 0 {
		number, kind, size := protowire.ConsumeTag(message)
		if size < 0 {
			log.Fatal("a message is broken")
		}
		message = message[size:]
		if number == wanted && kind == protowire.BytesType {
			value, _ := protowire.ConsumeBytes(message)
			return value
		}
		skipped := protowire.ConsumeFieldValue(number, kind, message)
		if skipped < 0 {
			log.Fatal("a message is broken")
		}
		message = message[skipped:]
	}
	return nil
}
