import BulkModel

/// Deliveries that this node has taken and not begun, and how many are under way; pure.
///
/// One slow receiver holds `perHostMax` of the places under way and as many waiting ones, no more: what comes beyond is put
/// back, so that the others' deliveries get through.
struct DeliveryQueue {
    /// A delivery and until when it is ours.
    struct Entry {
        var delivery: WebhookDelivery
        var host: String
        var hiddenUntil: Timestamp
    }

    private let atOnceMax: Int
    private let perHostMax: Int
    private var waiting: [Entry] = []
    private var underWay: [String: Int] = [:]
    private var underWayCount = 0

    init(atOnceMax: Int, perHostMax: Int) {
        self.atOnceMax = atOnceMax
        self.perHostMax = perHostMax
    }

    /// How many more to take from the store: enough to keep every place busy, no hoard that a crash would delay.
    var room: Int { max(0, 2 * atOnceMax - waiting.count - underWayCount) }

    /// False, and nothing is added, when too many of that host wait already.
    mutating func add(_ entry: Entry) -> Bool {
        let count = waiting.count { $0.host == entry.host } + underWay[entry.host, default: 0]
        guard count < 2 * perHostMax else { return false }
        waiting.append(entry)
        return true
    }

    /// The next one to begin, nil when none can; its beginner must `finish` it.
    mutating func next() -> Entry? {
        guard underWayCount < atOnceMax,
            let index = waiting.firstIndex(where: { underWay[$0.host, default: 0] < perHostMax })
        else { return nil }
        let entry = waiting.remove(at: index)
        underWay[entry.host, default: 0] += 1
        underWayCount += 1
        return entry
    }

    /// One of the host's deliveries under way has ended.
    mutating func finish(host: String) {
        underWayCount -= 1
        let rest = underWay[host, default: 1] - 1
        underWay[host] = rest > 0 ? rest : nil
    }
}
