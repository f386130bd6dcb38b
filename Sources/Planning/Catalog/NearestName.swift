/// Finds the name that was probably meant when an unknown one was given.
package enum NearestName {
    /// Names longer than this are not compared: the work grows with the square.
    private static let lengthMax = 64

    /// The closest of `names`, without regard to case; nil when none is close.
    ///
    /// At most a third of the letters may differ, unless one name is the beginning of the other (`tenant`, `tenant_id`).
    package static func of(_ name: String, among names: [String]) -> String? {
        let lowercased = name.lowercased()
        let wanted = Array(lowercased.unicodeScalars)
        let distanceMax = max(1, wanted.count / 3)
        guard !wanted.isEmpty, wanted.count <= lengthMax else { return nil }
        var best: (name: String, distance: Int)?
        for candidate in names where candidate.unicodeScalars.count <= lengthMax {
            let other = candidate.lowercased()
            var distance = distance(wanted, Array(other.unicodeScalars))
            if isBeginning(lowercased, other) { distance = min(distance, distanceMax) }
            guard distance <= distanceMax, distance < best?.distance ?? .max else { continue }
            best = (candidate, distance)
        }
        return best?.name
    }

    private static func isBeginning(_ a: String, _ b: String) -> Bool {
        min(a.utf8.count, b.utf8.count) >= 3 && (a.hasPrefix(b) || b.hasPrefix(a))
    }

    /// Optimal string alignment: insertions, deletions, replacements and swapped neighbours.
    private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                let replaced = last[j] + (a[i] == b[j] ? 0 : 1)
                var cost = min(row[j] + 1, last[j + 1] + 1, replaced)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    cost = min(cost, beforeLast[j - 1] + 1)
                }
                row.append(cost)
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
