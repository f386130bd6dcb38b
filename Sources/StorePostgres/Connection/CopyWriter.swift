import CLibPQ

/// Buffers what a COPY sends; flushed to the connection when full.
///
/// Boundary to libpq: `buffer` is its own from init to deinit, `connection` outlives it (`Session.copyIn`).
struct CopyWriter: ~Copyable {
    private let connection: OpaquePointer
    private var buffer: UnsafeMutableRawPointer
    private var count = 0
    private var capacity: Int

    /// Bytes that are sent at a time.
    private static let flushBytes = 64 << 10

    init(_ connection: OpaquePointer) {
        self.connection = connection
        capacity = Self.flushBytes * 2
        buffer = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { buffer.deallocate() }

    mutating func append(_ byte: UInt8) {
        if count == capacity { grow(by: 1) }
        buffer.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        if capacity - count < bytes.count { grow(by: bytes.count) }
        (buffer + count).copyMemory(from: start, byteCount: bytes.count)
        count += bytes.count
    }

    /// Called after each row: sends the buffer once it is large.
    mutating func endRow() throws(ServerFailure) {
        if count >= Self.flushBytes { try flush() }
    }

    /// Sends what is left.
    mutating func flush() throws(ServerFailure) {
        guard count > 0 else { return }
        let code = PQputCopyData(connection, buffer.assumingMemoryBound(to: CChar.self), Int32(count))
        count = 0
        if code != 1 { throw ServerFailure(state: "08006", message: "the connection was lost during COPY") }
    }

    /// Makes room for a row that is larger than the buffer; rows are bounded (`Limits.recordBytesMax`).
    private mutating func grow(by bytes: Int) {
        let larger = max(capacity * 2, count + bytes)
        let next = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
        next.copyMemory(from: buffer, byteCount: count)
        buffer.deallocate()
        (buffer, capacity) = (next, larger)
    }
}
