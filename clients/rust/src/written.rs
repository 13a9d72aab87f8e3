//! Messages that are written once, to be kept and sent as often as it takes.

use std::marker::PhantomData;

use bytes::{BufMut, Bytes, BytesMut};
use prost::{DecodeError, Message};
use tonic::Status;
use tonic::codec::{BufferSettings, Codec, EncodeBuf, Encoder};
use tonic_prost::{ProstCodec, ProstDecoder};

/// How much memory is taken at once for messages that follow each other.
const BLOCK: usize = 64 * 1024;

/// A message as bytes. A clone shares them.
pub(crate) struct Written<M> {
    bytes: Bytes,
    message: PhantomData<fn() -> M>,
}

impl<M: Message + Default> Written<M> {
    /// Writes a message at the end of a block. The block is shared with the messages before and after it.
    pub(crate) fn at_end_of(block: &mut BytesMut, message: &M) -> Self {
        let size = message.encoded_len();
        if block.capacity() < size {
            *block = BytesMut::with_capacity(size.max(BLOCK));
        }
        message.encode_raw(block);
        Self { bytes: block.split().freeze(), message: PhantomData }
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn read(&self) -> Result<M, DecodeError> {
        M::decode(&self.bytes[..])
    }
}

impl<M> Clone for Written<M> {
    fn clone(&self) -> Self {
        Self { bytes: self.bytes.clone(), message: PhantomData }
    }
}

/// Like [`ProstCodec`], for messages that are written already.
pub(crate) struct WrittenCodec<M, R>(PhantomData<(M, R)>);

impl<M, R> Default for WrittenCodec<M, R> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<M, R> Codec for WrittenCodec<M, R>
where
    M: Message + 'static,
    R: Message + Default + 'static,
{
    type Encode = Written<M>;
    type Decode = R;
    type Encoder = WrittenEncoder<M>;
    type Decoder = ProstDecoder<R>;

    fn encoder(&mut self) -> Self::Encoder {
        WrittenEncoder(PhantomData)
    }

    fn decoder(&mut self) -> Self::Decoder {
        ProstCodec::<M, R>::raw_decoder(BufferSettings::default())
    }
}

/// Sends the bytes of a message.
pub(crate) struct WrittenEncoder<M>(PhantomData<M>);

impl<M> Encoder for WrittenEncoder<M> {
    type Item = Written<M>;
    type Error = Status;

    fn encode(&mut self, message: Written<M>, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.reserve(message.bytes.len());
        buffer.put_slice(&message.bytes);
        Ok(())
    }
}
