using Brig.Engine.Containers;
using Brig.Engine.Metrics;

namespace Brig.Bench.History;

/// <summary>What a container uses, as noisy as what runs on real machines: a day's rhythm, bursts, caches that grow and are dropped, garbage collections, and noise on all of it.</summary>
internal sealed class Workload(int kind, int seed, ContainerId id)
{
    public const int Kinds = 8;

    private const long Page = 4096, Mega = 1 << 20;

    private readonly Random _random = new(seed);
    private double _level = 1, _pressure, _heap = 80, _cache = 200;
    private long _peak, _high;

    /// <param name="at">Unix seconds.</param>
    public ContainerSample Next(long at)
    {
        double day = 0.6 + (0.4 * Math.Sin(at / 86_400.0 * Math.Tau));
        _level += ((1 - _level) * 0.02) + (0.08 * Noise());
        double load = Math.Max(0, day * _level * (1 + (0.35 * Noise())));
        double cpu = kind switch
        {
            0 => _random.Next(30) == 0 ? 0.0007 : 0.0002,                       // idle
            1 => 0.35 * load,                                                   // web
            2 => (0.15 * load) + (at % 300 < 20 ? 0.4 * _random.NextDouble() : 0),   // database with checkpoints
            3 => at % 600 < 45 ? 0.95 + (0.05 * Noise()) : 0.001,               // batch
            4 => Math.Min(1, 0.98 + (0.05 * Noise())),                          // at its limit
            5 => 0.05 * load,                                                   // leaks
            6 => 0.2 * load * (at % 13 == 0 ? 3 : 1),                           // garbage collector
            _ => 0.5 * load,                                                    // proxy
        };
        cpu = Math.Max(0, cpu);
        _heap = kind switch { 5 => at % 86_400 == 0 ? 60 : _heap + 0.004, 6 => _heap > 400 ? 120 : _heap + (3 * _random.NextDouble()), 0 => 12, _ => Math.Clamp(_heap + (0.6 * Noise()), 40, 900) };
        _cache = kind == 0 ? 5 : _random.Next(4000) == 0 ? 40 : Math.Min(2000, _cache + (0.3 * _random.NextDouble()));
        long anonymous = (long)(_heap * Mega) / Page * Page, file = (long)(_cache * Mega) / Page * Page, kernel = (long)((4 + (0.2 * Noise())) * Mega) / Page * Page;
        long memory = anonymous + file + kernel;
        _peak = Math.Max(_peak, memory);
        double throttled = kind is 3 or 4 && cpu > 0.9 ? Math.Round(Math.Clamp(0.4 + (0.2 * Noise()), 0, 1) * 10) / 10 : 0;
        _high += kind == 5 && _random.Next(200) == 0 ? 1 : 0;
        _pressure = (_pressure * 0.9) + (cpu * 8 * _random.NextDouble());
        double traffic = kind is 1 or 2 or 6 or 7 ? load : 0;
        return new()
        {
            Id = id, CpuCores = cpu, CpuLimit = kind is 3 or 4 ? 1 : null, ThrottledRatio = throttled,
            Memory = memory, WorkingSet = memory - (file / 2 / Page * Page), Anonymous = anonymous, FileCache = file, Kernel = kernel, MemoryPeak = _peak, MemoryLimit = kind == 0 ? null : 4096 * Mega, MemoryHighEvents = _high,
            Pids = kind == 0 ? 1 : 12 + (int)Math.Abs(3 * Noise()), PidsLimit = 4096,
            CpuPressure = kind == 0 ? default : new(Math.Round(_pressure, 2), 0),
            MemoryPressure = kind == 5 ? new(Math.Round(Math.Abs(Noise()), 2), Math.Round(Math.Abs(Noise()) / 3, 2)) : default,
            IoPressure = kind == 2 ? new(Math.Round(Math.Abs(4 * Noise()), 2), Math.Round(Math.Abs(2 * Noise()), 2)) : default,
            Devices = kind is 2 or 3 ? [new("sda", _random.Next(5) == 0 ? _random.Next(200) * Page : 0, cpu * 4_000_000 * _random.NextDouble(), 0, 0)] : [],
            Interfaces = traffic > 0 ? [new("eth0", traffic * 300_000 * (1 + (0.3 * Noise())), traffic * 2_000_000 * (1 + (0.3 * Noise())), 0, 0)] : [],
        };
    }

    /// <summary>About normal: mean 0, deviation 1.</summary>
    private double Noise() => (_random.NextDouble() + _random.NextDouble() + _random.NextDouble() - 1.5) * 2;
}
