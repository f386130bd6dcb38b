import BulkModel
import Testing

@testable import Engine

@Suite("Whose delivery is next")
struct DeliveryQueueTests {
    private static func entry(_ tenant: String, _ host: String) -> DeliveryQueue.Entry {
        let now = Timestamp(unixSeconds: 0)
        let event = OutboxEvent(
            id: "evt_1", tenant: TenantID(tenant), job: JobID("1"), type: "job.completed", body: [],
            createdAt: now, target: WebhookTarget(url: "https://\(host)/"))
        let delivery = WebhookDelivery(
            id: 1, event: event, state: .waiting, attempts: 0, nextAt: now, last: nil)
        return DeliveryQueue.Entry(delivery: delivery, host: host, hiddenUntil: now)
    }

    @Test("a tenant whose receivers hang leaves places to the others, on the same host as well")
    func tenants() {
        var queue = DeliveryQueue(atOnceMax: 8, perTenantMax: 4, perHostMax: 2)
        for host in ["a", "b", "c"] {
            for _ in 0..<3 where !queue.add(Self.entry("slow", host)) { Issue.record("no room for \(host)") }
        }
        let hasRoom = queue.add(Self.entry("other", "a"))
        #expect(hasRoom)
        var begun: [String] = []
        while let entry = queue.next() { begun.append("\(entry.tenant.text) \(entry.host)") }
        #expect(begun == ["slow a", "slow a", "slow b", "slow b", "other a"])
        queue.finish(DeliveryQueue.Lane(tenant: TenantID("slow"), host: "b"))
        let next = queue.next()
        #expect(next?.host == "b")
        let another = queue.next()
        #expect(another?.host == nil, "the tenant has its places")
    }

    @Test("a burst to one host may wait; what comes far beyond its places is put back")
    func bursts() {
        var queue = DeliveryQueue(atOnceMax: 64, perTenantMax: 8, perHostMax: 4)
        let taken = (0..<100).filter { _ in queue.add(Self.entry("t", "h")) }
        #expect(taken.count == 16)
        let isOtherTaken = queue.add(Self.entry("t", "other"))
        #expect(isOtherTaken)
    }
}
