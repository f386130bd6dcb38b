import BulkModel
import Synchronization
import Testing

@testable import Engine

@Suite("Delivering webhooks")
struct WebhookDispatcherTests {
    private let time = ManualTime()
    private let outbox = MemoryOutbox()

    /// How much faster the clocks go than the service knows: a day of looking every second would take too long.
    private static let haste = 30

    /// Time passes only while nothing is under way, and then as fast as it can.
    private func dispatcher(_ sender: ScriptedSender, limits: Limits = Limits()) -> WebhookDispatcher {
        time.sleepsPass.withLock { $0 = true }
        var timing = time.timing
        let pass = timing.sleep
        let outbox = outbox
        timing.sleep = { duration in
            while !outbox.state.withLock({ $0.outstanding.isEmpty }), !Task.isCancelled { await Task.yield() }
            try await pass(duration * Self.haste)
        }
        return make(sender, limits, timing)
    }

    private func make(
        _ sender: ScriptedSender, _ limits: Limits = Limits(), _ timing: EngineTiming
    ) -> WebhookDispatcher {
        WebhookDispatcher(
            store: outbox, sender: sender, limits: limits, clock: WallClock { [time] in time.wall },
            timing: timing, observe: { _ in })
    }

    /// Runs until the condition holds.
    private func run(_ dispatcher: WebhookDispatcher, until isDone: @escaping @Sendable () -> Bool) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await dispatcher.run() }
            while !isDone() { await Task.yield() }
            group.cancelAll()
        }
    }

    @Test("A delivery is sent once and kept as delivered")
    func delivers() async {
        outbox.add(1, to: "https://a.example/", at: time.wall)
        let sender = ScriptedSender { _, _ in ScriptedSender.result(204) }
        await run(dispatcher(sender)) { [outbox] in outbox.isDone }
        #expect(outbox.delivery(1)?.state == .delivered)
        #expect(outbox.delivery(1)?.attempts == 1)
        #expect(sender.counts == [1: 1])
    }

    @Test("A receiver that always fails is tried ten times over a day, then left alone")
    func givesUp() async throws {
        outbox.add(1, to: "https://a.example/", at: time.wall)
        let begin = time.wall
        let sender = ScriptedSender { _, _ in ScriptedSender.result(500) }
        await run(dispatcher(sender)) { [outbox] in outbox.isDone }
        #expect(outbox.delivery(1)?.state == .parked)
        #expect(sender.counts == [1: 10])
        // When the last one was taken and hidden: the clock has gone on since.
        let last = try #require(sender.books.withLock { $0.sent.last?.nextAt })
        #expect((18.0...30.0).contains(last.since(begin) / .seconds(3600)))
        // The same event every time: its id and its bytes are what a receiver knows a repetition by.
        let events = sender.books.withLock { Set($0.sent.map(\.event)) }
        #expect(events.count == 1)
    }

    @Test("A receiver that comes back gets what it missed")
    func comesBack() async {
        for id in 1...5 { outbox.add(Int64(id), to: "https://a.example/", at: time.wall) }
        let sender = ScriptedSender { _, number in ScriptedSender.result(number < 4 ? nil : 200) }
        await run(dispatcher(sender)) { [outbox] in outbox.isDone }
        #expect(sender.counts == [1: 4, 2: 4, 3: 4, 4: 4, 5: 4])
        #expect((1...5).allSatisfy { outbox.delivery(Int64($0))?.state == .delivered })
    }

    @Test("What we are too busy to try is put back, and takes none of the day's tries")
    func untried() async {
        outbox.add(1, to: "https://a.example/", at: time.wall)
        let sender = ScriptedSender { _, number in
            var result = ScriptedSender.result(number <= 12 ? nil : 200)
            result.isUntried = number <= 12
            return result
        }
        await run(dispatcher(sender)) { [outbox] in outbox.isDone }
        #expect(sender.counts == [1: 13])
        #expect(outbox.delivery(1)?.state == .delivered)
        #expect(outbox.delivery(1)?.attempts == 1)
    }

    @Test("No more than allowed are under way, in all and to one host")
    func bounded() async {
        var limits = Limits()
        limits.webhooksAtOnceMax = 5
        limits.webhooksPerHostMax = 2
        for id in 1...60 { outbox.add(Int64(id), to: "https://h\(id % 6).example/", at: time.wall) }
        let sender = ScriptedSender { _, _ in
            for _ in 0..<20 { await Task.yield() }
            return ScriptedSender.result(200)
        }
        await run(dispatcher(sender, limits: limits)) { [outbox] in outbox.isDone }
        let books = sender.books.withLock { $0 }
        #expect(books.mostAtOnce <= 5)
        #expect(books.mostPerHost <= 2)
        #expect(books.mostAtOnce > 1)
        #expect(books.sent.count == 60)
    }

    @Test("A host that hangs keeps nobody else's deliveries back")
    func hangingHost() async {
        var limits = Limits()
        limits.webhooksAtOnceMax = 4
        limits.webhooksPerHostMax = 2
        for id in 1...50 { outbox.add(Int64(id), to: "https://hangs.example/", at: time.wall) }
        outbox.add(99, to: "https://a.example/", at: time.wall)
        let sender = ScriptedSender { delivery, _ in
            if delivery.id == 99 { return ScriptedSender.result(200) }
            // Until the service ends.
            try? await Task.sleep(for: .seconds(3600))
            return ScriptedSender.result(nil)
        }
        // What stands behind those that are put back is taken a rest later.
        time.sleepsPass.withLock { $0 = true }
        await run(make(sender, limits, time.timing)) { [outbox] in outbox.delivery(99)?.state == .delivered }
        #expect(sender.books.withLock { $0.mostPerHost } <= 2)
    }

    @Test("Thousands due of one host keep nobody else's back, although each takes its time to be put back")
    func manyOfOneHost() async {
        for id in 1...3000 { outbox.add(Int64(id), to: "https://hangs.example/", at: time.wall) }
        outbox.add(9999, to: "https://a.example/", at: time.wall)
        // Putting all of them back takes longer than it is until the first one is due again.
        outbox.state.withLock { [time] in $0.whenSettled = { time.advance(.milliseconds(20)) } }
        time.sleepsPass.withLock { $0 = true }
        let sender = ScriptedSender { delivery, _ in
            if delivery.id == 9999 { return ScriptedSender.result(200) }
            // Until the service ends.
            try? await Task.sleep(for: .seconds(3600))
            return ScriptedSender.result(nil)
        }
        await run(make(sender, Limits(), time.timing)) { sender.counts[9999] == 1 }
        #expect(sender.books.withLock { $0.mostPerHost } <= Limits().webhooksPerHostMax)
    }

    @Test("What came of a try whose delivery was made due again meanwhile is not kept")
    func redeliveredMeanwhile() async {
        outbox.add(1, to: "https://a.example/", at: time.wall)
        let sender = ScriptedSender { [outbox, time] delivery, number in
            guard number == 1 else { return ScriptedSender.result(200) }
            // By hand, while the first try is under way.
            _ = try? await outbox.redeliver(1, of: delivery.event.tenant, at: time.wall)
            return ScriptedSender.result(410)
        }
        await run(dispatcher(sender)) { [outbox] in outbox.isDone }
        #expect(sender.counts == [1: 2])
        #expect(outbox.delivery(1)?.state == .delivered)
        #expect(outbox.delivery(1)?.attempts == 1)
    }

    @Test("What the shutdown broke off is no failure of the receiver")
    func shutdown() async {
        outbox.add(1, to: "https://a.example/", at: time.wall)
        let sender = ScriptedSender { _, _ in
            try? await Task.sleep(for: .seconds(3600))
            return ScriptedSender.result(nil)
        }
        await run(make(sender, Limits(), time.timing)) { sender.counts == [1: 1] }
        #expect(outbox.delivery(1)?.attempts == 0)
        #expect(outbox.delivery(1)?.state == .waiting)
    }

    @Test("A node that dies between sending and keeping leaves one more delivery of the same event")
    func crash() async {
        outbox.add(1, to: "https://a.example/", at: time.wall)
        let sender = ScriptedSender { _, _ in ScriptedSender.result(200) }
        // It has sent, and nothing of it was kept.
        let taken = try? await outbox.takeDeliveries(
            dueAt: time.wall, hiddenUntil: time.wall + WebhookDispatcher.hiding, limit: 9)
        for delivery in taken ?? [] { _ = await sender.send(delivery) }
        outbox.state.withLock { $0.outstanding = [] }
        await run(dispatcher(sender)) { [outbox] in outbox.isDone }
        #expect(sender.counts == [1: 2])
        #expect(sender.books.withLock { Set($0.sent.map(\.event.id)) } == ["evt_1"])
        #expect(outbox.delivery(1)?.state == .delivered)
    }

    @Test("What cannot be kept at once is kept a little later, not sent again")
    func keepsLater() async {
        outbox.add(1, to: "https://a.example/", at: time.wall)
        let busy = StoreError(.busy, "busy")
        outbox.state.withLock { $0.failures = [nil, busy, busy] }
        let sender = ScriptedSender { _, _ in ScriptedSender.result(200) }
        var timing = time.timing
        let hang = timing.sleep
        // The service's own rests last, only those between two tries at keeping pass.
        timing.sleep = { duration in
            if duration >= WebhookDispatcher.pollInterval { try await hang(duration) }
        }
        await run(make(sender, Limits(), timing)) { [outbox] in outbox.isDone }
        #expect(sender.counts == [1: 1])
        #expect(outbox.state.withLock { $0.failures.isEmpty })
    }

    @Test("Whatever fails, every delivery is sent and ends delivered or parked", arguments: 1...20)
    func faultLoop(seed: UInt64) async {
        var dice = SplitMix(state: seed)
        for id in 1...12 { outbox.add(Int64(id), to: "https://h\(id % 3).example/", at: time.wall) }
        let busy = StoreError(.busy, "busy")
        let failures = (0..<400).map { _ in dice.next() % 3 == 0 ? busy : nil }
        outbox.state.withLock { $0.failures = failures }
        let statuses: [Int?] = [200, 200, 204, 500, 503, 429, nil, 301, 410]
        let picks = (0..<2000).map { _ in statuses[Int(dice.next() % UInt64(statuses.count))] }
        let sender = ScriptedSender { delivery, number in
            ScriptedSender.result(picks[(Int(delivery.id) * 131 + number) % picks.count], retryAfter: 30)
        }
        var timing = time.timing
        time.sleepsPass.withLock { $0 = true }
        let pass = timing.sleep
        timing.sleep = { duration in
            await Task.yield()
            try await pass(duration * Self.haste)
        }
        await run(make(sender, Limits(), timing)) { [outbox] in outbox.isDone }
        for delivery in outbox.state.withLock({ $0.deliveries }) {
            #expect(delivery.state != .waiting)
            #expect((delivery.last?.error == nil) == (delivery.state == .delivered))
            #expect((1...DeliveryPlan.attemptsMax).contains(delivery.attempts))
        }
        #expect(sender.counts.count == 12)
    }

    @Test("Events are removed with their deliveries once their days are over, however many there are")
    func sweeps() async {
        for id in 1...2500 { outbox.add(Int64(id), to: "https://a.example/", at: time.wall) }
        time.advance(Limits().eventsKept)
        outbox.add(9999, to: "https://a.example/", at: time.wall)
        time.advance(.seconds(1))
        let sweeper = EventSweeper(
            store: outbox, limits: Limits(), clock: WallClock { [time] in time.wall }, timing: time.timing,
            observe: { _ in })
        await sweeper.sweep()
        #expect(outbox.state.withLock { $0.events.map(\.place) } == [9999])
        #expect(outbox.state.withLock { $0.deliveries.map(\.id) } == [9999])
    }
}

/// Chance that is the same on every run.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
