import BulkModel

/// Deliveries that this node has taken and not begun, and how many are under way; pure.
///
/// A tenant has `perTenantMax` of the places under way and `perHostMax` of those to one host, however slow its receivers are:
/// what comes far beyond is put back, so that others' deliveries get through.
struct DeliveryQueue {
    /// A delivery and until when it is ours.
    struct Entry {
        var delivery: WebhookDelivery
        var host: String
        var tenant: TenantID { delivery.event.tenant }
        var lane: Lane { Lane(tenant: tenant, host: host) }
        var hiddenUntil: Timestamp
    }

    /// A tenant's deliveries to one host: what one tenant's receiver does is no matter of another's.
    struct Lane: Hashable, Sendable {
        var tenant: TenantID
        var host: String
    }

    /// So many times the places may be held, waiting ones included, in all, by a tenant, and by a lane: each can only fill a part
    /// of what the next has, and a burst to a quick receiver need not be put back.
    private static let heldTimes = 4

    private let atOnceMax: Int
    private let perTenantMax: Int
    private let perHostMax: Int
    private var waiting: [Entry] = []
    private var underWay: [Lane: Int] = [:]
    private var ofTenant: [TenantID: Int] = [:]
    private var underWayCount = 0

    init(atOnceMax: Int, perTenantMax: Int, perHostMax: Int) {
        self.atOnceMax = atOnceMax
        self.perTenantMax = perTenantMax
        self.perHostMax = perHostMax
    }

    /// How many more to take from the store: enough to keep every place busy, no hoard that a crash would delay.
    var room: Int { max(0, Self.heldTimes * atOnceMax - waiting.count - underWayCount) }

    /// False, and nothing is added, when too many of that lane or tenant wait already.
    mutating func add(_ entry: Entry) -> Bool {
        let ofLane = waiting.count { $0.lane == entry.lane } + underWay[entry.lane, default: 0]
        let all = waiting.count { $0.tenant == entry.tenant } + ofTenant[entry.tenant, default: 0]
        guard ofLane < Self.heldTimes * perHostMax, all < Self.heldTimes * perTenantMax else { return false }
        waiting.append(entry)
        return true
    }

    /// The next one to begin, nil when none can; its beginner must `finish` it.
    mutating func next() -> Entry? {
        guard underWayCount < atOnceMax,
            let index = waiting.firstIndex(where: hasPlace)
        else { return nil }
        let entry = waiting.remove(at: index)
        underWay[entry.lane, default: 0] += 1
        ofTenant[entry.tenant, default: 0] += 1
        underWayCount += 1
        return entry
    }

    private func hasPlace(_ entry: Entry) -> Bool {
        underWay[entry.lane, default: 0] < perHostMax && ofTenant[entry.tenant, default: 0] < perTenantMax
    }

    /// One of the lane's deliveries under way has ended.
    mutating func finish(_ lane: Lane) {
        underWayCount -= 1
        let rest = underWay[lane, default: 1] - 1
        underWay[lane] = rest > 0 ? rest : nil
        let left = ofTenant[lane.tenant, default: 1] - 1
        ofTenant[lane.tenant] = left > 0 ? left : nil
    }
}
