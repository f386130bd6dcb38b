/// What an order of the sample holds; invoices look at it too.
///
/// Of any ten ids `10 n + 1` to `10 n + 10` exactly one is PENDING, so that a million rows have 100,000 of them.
struct SampleOrder {
    let customer: Int
    let status: Status
    /// In hundredths.
    let total: Int
    /// Days since the sample's first.
    let createdDay: Int
    let updatedDay: Int
    /// Nil for live ones; only orders that are done with are archived.
    let archivedDay: Int?
    let lock: Lock?
    let secondOfDay: Int

    enum Status: Int, CaseIterable {
        case pending, processing, completed, cancelled

        var text: [UInt8] { Self.texts[rawValue] }

        private static let texts = ["PENDING", "PROCESSING", "COMPLETED", "CANCELLED"].map { Array($0.utf8) }
    }

    enum Lock {
        case expired
        /// For so long that no test and no demo sees it end.
        case held
    }

    init(number: Int, seed: UInt64) {
        var random = SampleRandom(seed: seed, row: number)
        var decade = SampleRandom(seed: ~seed, row: (number - 1) / 10)
        let isPending = decade.below(10) == (number - 1) % 10
        status = isPending ? .pending : Self.later(random.below(9))
        customer = SampleWriter.demoFirstCustomerID + random.below(SampleWriter.demoCustomers)
        total = 99 + random.below(500_000)
        createdDay = random.below(Self.createdDays)
        updatedDay = createdDay + random.below(Self.updatedDaysLater)
        secondOfDay = random.below(86_400)
        let isDone = status == .completed || status == .cancelled
        archivedDay =
            isDone && random.below(5) == 0 ? updatedDay + random.below(Self.archivedDaysLater) : nil
        switch random.below(200) {
        case 0 where archivedDay == nil: lock = .held
        case 1 where archivedDay == nil: lock = .expired
        default: lock = nil
        }
    }

    /// Two in nine are cancelled, one is in the works, the rest is completed.
    private static func later(_ choice: Int) -> Status {
        switch choice {
        case 0: .processing
        case 1, 2: .cancelled
        default: .completed
        }
    }

    // Together they stay within the days of `SampleDate`.
    private static let createdDays = 650
    private static let updatedDaysLater = 60
    private static let archivedDaysLater = 20
}
