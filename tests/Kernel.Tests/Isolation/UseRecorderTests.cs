using Brig.Kernel.Tests.Cgroups;
using Brig.Linux.Bpf;

namespace Brig.Kernel.Tests.Isolation;

/// <summary>What the kernel counts of a process that makes calls we know.</summary>
[Trait("Guest", "too")]
public class UseRecorderTests
{
    private const int Chroot = 161, Mount = 165, Execve = 59;
    private const int CAP_SYS_CHROOT = 18;

    [Fact]
    public async Task Start_ProcessOfTheCgroup_ItsCallsCapabilitiesAndPrograms()
    {
        using var cgroup = new TestCgroup("detected");
        using var recorder = UseRecorder.Start(cgroup.Cgroup.Entry.V2Directory!);
        await cgroup.Run("busybox chroot / /bin/true").WaitForExitAsync();

        var counts = recorder.Read();
        Assert.Contains(counts.Calls, call => call is { Number: Chroot, Compatible: false, Count: 1 });
        Assert.Contains(counts.Calls, call => call.Number == Execve);
        Assert.DoesNotContain(counts.Calls, call => call.Number == Mount);
        Assert.True(recorder.CapabilitiesUnknown is null, recorder.CapabilitiesUnknown);
        Assert.Contains(counts.Used, used => used.Capability == CAP_SYS_CHROOT);
        Assert.DoesNotContain(counts.Used, used => used.Capability == 21);   // SYS_ADMIN is looked for at every mmap, and not needed for it
        Assert.Contains("true", counts.Programs);
        Assert.False(counts.ProgramsLost);
    }
}
