import Metrics
import Synchronization

/// The values of one metric with one set of labels; the metrics interface writes, `/metrics` reads.
final class MetricSeries: CounterHandler, FloatingPointCounterHandler, RecorderHandler, MeterHandler,
    TimerHandler
{
    /// What a scrape sees.
    struct Snapshot {
        var value = 0.0
        /// Observations at or below each bound, not yet summed up; empty unless this is a histogram.
        var buckets: [Int]
        var count = 0
    }

    private let bounds: [Double]
    private let state: Mutex<Snapshot>

    /// `bounds`: upper edges of a histogram's buckets, rising; empty for counters and gauges.
    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(Snapshot(buckets: [Int](repeating: 0, count: bounds.count)))
    }

    var snapshot: Snapshot { state.withLock { $0 } }

    func increment(by amount: Int64) { add(Double(amount)) }
    func increment(by amount: Double) { add(amount) }
    func decrement(by amount: Double) { add(-amount) }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { state.withLock { $0.value = value } }
    func reset() { state.withLock { $0.value = 0 } }
    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) { bounds.isEmpty ? set(value) : observe(value) }
    func recordNanoseconds(_ duration: Int64) { observe(Double(duration) / 1e9) }

    private func add(_ amount: Double) { state.withLock { $0.value += amount } }

    private func observe(_ value: Double) {
        let bucket = bounds.firstIndex { value <= $0 }
        state.withLock {
            $0.value += value
            $0.count += 1
            if let bucket { $0.buckets[bucket] += 1 }
        }
    }
}
