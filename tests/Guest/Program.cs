using System.Reflection;
using Brig.Guest;
using Xunit.Sdk;

// usage: Brig.Guest RESULTS ASSEMBLY…      RESULTS: a file or a serial port; ASSEMBLY: Brig.Kernel.Tests
using var writer = new StreamWriter(new FileStream(args[0], FileMode.Append, FileAccess.Write)) { AutoFlush = true };
int failed = 0;
foreach (string name in args[1..])
{
    var results = new Results(writer);
    using var framework = new XunitTestFramework(results);
    using var executor = framework.GetExecutor(Assembly.Load(name).GetName());
    executor.RunAll(results, new Options(), new Options());
    await results.Finished;
    failed += results.Failed;
}

writer.WriteLine($"END {failed}");
return failed == 0 ? 0 : 1;
