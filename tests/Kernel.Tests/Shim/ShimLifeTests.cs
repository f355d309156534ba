namespace Brig.Kernel.Tests.Shim;

public sealed class ShimLifeTests
{
    [Fact]
    public void Start_ProgramPrintsAndEnds_LineIsInTheLogAndExitOnDisk()
    {
        using var run = new ShimRun().Start("echo hello; echo oops >&2; exit 3");
        var exit = run.Wait();
        Assert.Equal((3, 0, false), (exit.Code, exit.Signal, exit.OomKilled));
        Assert.Equal(["hello"], run.Log(1));
        Assert.Equal(["oops"], run.Log(2));
        Assert.Equal(exit, Brig.Linux.Wire.ExitRecord.Parse(File.ReadAllText(run.StateFolder + "/exit")));
    }
}
