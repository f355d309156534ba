using System.Diagnostics;
using System.Globalization;
using Brig.Bench.History;

// brig-bench-history ROOT CONTAINERS DAYS NOW(ms): an hour of all of them for what writing costs, then a month of eight kinds, copied until there are as many as asked, and what it costs to read them.
string root = args[0];
int containers = int.Parse(args[1], CultureInfo.InvariantCulture), days = int.Parse(args[2], CultureInfo.InvariantCulture);
long now = long.Parse(args[3], CultureInfo.InvariantCulture);

await using (var hour = new Filling(Path.Combine(root, "hour"), now - 7_200_000, containers))
{
    hour.Run(seconds: 600);   // compiled, and the first chunks made
    var before = Process.GetCurrentProcess().TotalProcessorTime;
    hour.IsMeasured = true;
    hour.Run(seconds: 3600);
    Console.WriteLine($"cpu {(Process.GetCurrentProcess().TotalProcessorTime - before - hour.MakingSamples).TotalSeconds / 3600:0.000000} longest {hour.Longest.TotalMilliseconds:0}");
}
await using (var month = new Filling(Path.Combine(root, "root"), now - (days * 86_400_000L), Workload.Kinds))
{
    var start = Stopwatch.StartNew();
    month.Run(seconds: days * 86_400);
    Console.WriteLine($"filled {month.Bytes} in {start.Elapsed.TotalSeconds:0}");
    month.Copy(containers / Workload.Kinds);
    Console.WriteLine($"bytes {month.Bytes}");
    month.Read();
}
