/// Which rows are bad: a share of them, spread evenly, the same for the same numbers.
struct SampleSpread: Sendable {
    /// Millionths of the rows that are bad, 0 to 1,000,000.
    let badMillionths: Int

    init(percent: Double) { badMillionths = Int((percent * 10_000).rounded()) }

    /// How many of the first `rows` rows are bad.
    func badCount(of rows: Int) -> Int {
        let (high, low) = rows.multipliedFullWidth(by: badMillionths)
        return Int(1_000_000.dividingFullWidth((high, low)).quotient)
    }

    /// What is wrong with the row at `index` (from 0); nil for a good one.
    func fault(at index: Int) -> SampleFault? {
        guard badMillionths > 0 else { return nil }
        let before = badCount(of: index)
        guard badCount(of: index + 1) > before else { return nil }
        return SampleFault.allCases[before % SampleFault.allCases.count]
    }

    /// The nearest good row before this one, whose unique text a bad row may repeat; nil when there is none.
    func goodRow(before index: Int) -> Int? {
        var candidate = index - 1
        while candidate >= 0, fault(at: candidate) != nil { candidate -= 1 }
        return candidate >= 0 ? candidate : nil
    }
}
