using System.Runtime.ExceptionServices;
using Brig.Linux;
using static Brig.Linux.Libc;

namespace Brig.Kernel.Tests.Shim;

/// <summary>A session keyring is inherited, and whoever inherits it has all that lies in it (keyrings(7)).</summary>
public sealed unsafe class ShimKeyTests
{
    /// <summary>KEY_POS_ALL: nothing for the user, so it is seen by possession alone.</summary>
    private const int ForPossessors = 0x3f000000;

    [Fact]
    public void Run_KeysOfWhoStartedTheEngine_AreNotPossessed() => OnItsOwnThread(() =>
    {
        string name = "brig-test-" + Guid.NewGuid().ToString("N");
        KeepKey(name);
        Assert.Contains(name, File.ReadAllText("/proc/keys"), StringComparison.Ordinal);
        using var run = new ShimRun();
        var plan = run.Plan("sh", "-c", "cat /proc/keys; echo read");
        run.Start(plan with { Root = plan.Root! with { MaskedPaths = [] } });
        run.Wait();
        Assert.Equal("read", run.Log(1)[^1]);
        Assert.DoesNotContain(name, string.Join('\n', run.Log(1)), StringComparison.Ordinal);
    });

    /// <summary>In a new session keyring, which is the calling thread's and of what it starts.</summary>
    private static void KeepKey(string name)
    {
        Assert.True(syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0, 0, 0) > 0, Errno.Name(Errno.Last));
        fixed (byte* type = "user\0"u8, description = System.Text.Encoding.ASCII.GetBytes(name + "\0"), secret = "secret"u8)
        {
            nint key = syscall(SYS_add_key, (nint)type, (nint)description, (nint)secret, 6, KEY_SPEC_SESSION_KEYRING, 0);
            Assert.True(key > 0, Errno.Name(Errno.Last));
            Assert.Equal(0, syscall(SYS_keyctl, KEYCTL_SETPERM, key, ForPossessors, 0, 0, 0));
        }
    }

    private static void OnItsOwnThread(Action work)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                work();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
    }
}
