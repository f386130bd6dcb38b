/// Bytes of a request body as they arrive; pulled, so a slow consumer slows the sender.
package typealias ByteSequence = any AsyncSequence<[UInt8], any Error> & Sendable
