/// The enumerations of a job's columns as one run of bytes, so that comparing a field touches no `String`.
struct AllowedValues {
    private var bytes: [UInt8] = []
    /// Where each value ends in `bytes`; it begins where the one before ends.
    private var ends: [Int] = []
    /// Where each enumeration ends in `ends`.
    private var sets: [Int] = []

    /// Adds an enumeration and gives its place.
    mutating func add(_ values: [String]) -> Int {
        for value in values {
            bytes.append(contentsOf: value.utf8)
            ends.append(bytes.count)
        }
        sets.append(ends.count)
        return sets.count - 1
    }

    /// True when the enumeration at `place` has exactly this value.
    func contains(_ text: Span<UInt8>, in place: Int) -> Bool {
        for index in (place == 0 ? 0 : sets[place - 1])..<sets[place] {
            let start = index == 0 ? 0 : ends[index - 1]
            guard ends[index] - start == text.count else { continue }
            if bytes.span.extracting(start..<ends[index]).isEqual(to: text) { return true }
        }
        return false
    }
}
