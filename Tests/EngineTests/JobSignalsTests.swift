import BulkModel
import Engine
import Testing

@Suite("Job signals")
struct JobSignalsTests {
    @Test("a signal between the look and the wait is not lost")
    func losesNothing() async {
        let signals = JobSignals()
        let version = signals.version
        signals.notify(.work)
        await signals.wait(for: .work, after: version)
        #expect(signals.version == version + 1)
    }

    @Test("wakes those who wait for the topic, and a cancelled one")
    func wakes() async {
        let signals = JobSignals()
        let version = signals.version
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await signals.wait(for: .ended(JobID("a")), after: version) }
            signals.notify(.ended(JobID("a")))
            await group.next()
            group.addTask { await signals.wait(for: .ended(JobID("b")), after: signals.version) }
            group.cancelAll()
        }
    }

    @Test("topics that were forgotten wake rather than hang")
    func forgets() async {
        let signals = JobSignals()
        let version = signals.version
        for number in 0..<1000 { signals.notify(.ended(JobID("\(number)"))) }
        await signals.wait(for: .ended(JobID("0")), after: version)
    }
}
