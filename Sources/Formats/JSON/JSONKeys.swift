/// The columns that JSON keys are picked into: their names as bytes, found by order or by hash.
struct JSONKeys: Sendable {
    private let names: [UInt8]
    /// Name `index` is `starts[index] ..< starts[index + 1]`.
    private let starts: [Int]
    /// Open addressing; -1 is free. The size is a power of two, at least twice the names.
    private let slots: [Int32]

    init(columns: [String]) {
        var names: [UInt8] = []
        var starts = [0]
        for column in columns {
            names.append(contentsOf: column.utf8)
            starts.append(names.count)
        }
        var size = 4
        while size < columns.count * 2 { size *= 2 }
        var slots = [Int32](repeating: -1, count: size)
        for index in columns.indices {
            var slot = JSONKeys.hash(names[starts[index]..<starts[index + 1]]) & (size - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Int32(index)
        }
        self.names = names
        self.starts = starts
        self.slots = slots
    }

    /// Index of the column named by `count` bytes at `key`, nil when there is none; `guess` is tried first.
    @inline(__always)
    func index(of key: UnsafePointer<UInt8>, _ count: Int, guess: Int) -> Int? {
        if guess < starts.count - 1, matches(guess, key, count) { return guess }
        return search(key, count)
    }

    private func search(_ key: UnsafePointer<UInt8>, _ count: Int) -> Int? {
        let mask = slots.count - 1
        var slot = JSONKeys.hash(UnsafeBufferPointer(start: key, count: count)) & mask
        while slots[slot] >= 0 {
            if matches(Int(slots[slot]), key, count) { return Int(slots[slot]) }
            slot = (slot + 1) & mask
        }
        return nil
    }

    @inline(__always)
    private func matches(_ index: Int, _ key: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        let start = starts[index]
        guard starts[index + 1] - start == count else { return false }
        return names.withUnsafeBufferPointer { names in
            guard let base = names.baseAddress else { return true }
            return ByteScan.equal(base + start, key, count)
        }
    }

    /// FNV-1a; names are the table's own, so keys cannot be made to collide in it at will.
    private static func hash(_ bytes: some Sequence<UInt8>) -> Int {
        var hash: UInt32 = 0x811C_9DC5
        for byte in bytes { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        return Int(hash ^ hash >> 15)
    }
}
