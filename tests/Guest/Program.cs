using System.Reflection;
using Brig.Guest;
using Xunit.Abstractions;
using Xunit.Sdk;

// usage: Brig.Guest RESULTS DONE ASSEMBLY…      RESULTS: a file or a serial port; DONE: the results of a guest that ended too early, or nothing; ASSEMBLY: Brig.Kernel.Tests
// Tests with the trait Needs=peers want programs that are not in the guest. Of the others only those with the trait Guest run, for the guest is slow: those to whom it matters how cgroups are laid out, or how old the kernel is.
// BRIG_GUEST_FILTER: of all the tests those whose full name contains one of these words, which | separates
string filter = Environment.GetEnvironmentVariable("BRIG_GUEST_FILTER") ?? "";
var done = File.ReadLines(args[1]).Where(line => line.StartsWith("PASS ", StringComparison.Ordinal)).Select(line => line[5..line.LastIndexOf(' ')]).ToHashSet();
bool Wanted(ITestCase test) =>
    !test.Traits.ContainsKey("Needs") && !done.Contains(test.DisplayName.ReplaceLineEndings(" ")) && (filter.Length > 0 ? filter.Split('|').Any(test.DisplayName.Contains) : test.Traits.ContainsKey("Guest"));

using var writer = new StreamWriter(new FileStream(args[0], FileMode.Append, FileAccess.Write)) { AutoFlush = true };
using var ended = new ManualResetEventSlim();
var alive = new Thread(SayAlive);
alive.Start();
int failed = 0;
foreach (string name in args[2..])
{
    var results = new Results(writer);
    using var framework = new XunitTestFramework(results);
    var assembly = Assembly.Load(name);
    using var discoverer = framework.GetDiscoverer(new ReflectionAssemblyInfo(assembly));
    var found = new Found();
    discoverer.Find(includeSourceInformation: false, found, new Options());
    using var executor = framework.GetExecutor(assembly.GetName());
    executor.RunTests((await found.All).Where(Wanted), results, new Options());
    await results.Finished;
    failed += results.Failed;
}

ended.Set();
alive.Join();
writer.WriteLine($"END {failed}");
return failed == 0 ? 0 : 1;

// Whoever hears nothing for long knows that the machine stands still, and not a test. A thread of its own: tests may have all of the pool's.
void SayAlive()
{
    do
    {
        lock (writer)
        {
            writer.WriteLine("ALIVE");
        }
    }
    while (!ended.Wait(TimeSpan.FromSeconds(10)));
}
