using System.Reflection;
using Brig.Guest;
using Xunit.Sdk;

// usage: Brig.Guest RESULTS ASSEMBLY…      RESULTS: a file or a serial port; ASSEMBLY: Brig.Kernel.Tests
// BRIG_GUEST_FILTER: only the tests whose full name contains one of these words, which | separates
string[] wanted = (Environment.GetEnvironmentVariable("BRIG_GUEST_FILTER") ?? "").Split('|');
using var writer = new StreamWriter(new FileStream(args[0], FileMode.Append, FileAccess.Write)) { AutoFlush = true };
int failed = 0;
foreach (string name in args[1..])
{
    var results = new Results(writer);
    using var framework = new XunitTestFramework(results);
    var assembly = Assembly.Load(name);
    using var discoverer = framework.GetDiscoverer(new ReflectionAssemblyInfo(assembly));
    var found = new Found();
    discoverer.Find(includeSourceInformation: false, found, new Options());
    using var executor = framework.GetExecutor(assembly.GetName());
    executor.RunTests((await found.All).Where(test => wanted.Any(test.DisplayName.Contains)), results, new Options());
    await results.Finished;
    failed += results.Failed;
}

writer.WriteLine($"END {failed}");
return failed == 0 ? 0 : 1;
