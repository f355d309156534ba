using Brig.Linux.Bpf;

namespace Brig.Linux.Tests.Bpf;

public sealed class KernelTypesTests
{
    private static readonly string[] Functions = ["cap_capable", "no_such_function_of_the_kernel"], Tracepoints = ["sys_enter"], Members = ["list_head.prev", "task_struct.real_cred", "list_head.nothing"];

    [Fact]
    public void Read_OwnKernel_FindsWhatIsThereAndNothingElse()
    {
        var types = KernelTypes.Read(File.ReadAllBytes(KernelTypes.File), Functions, Tracepoints, Members);
        Assert.NotNull(types.Function("cap_capable"));
        Assert.Null(types.Function("no_such_function_of_the_kernel"));
        Assert.NotNull(types.Tracepoint("sys_enter"));
        Assert.Equal(8, types.Offset("list_head", "prev"));
        Assert.True(types.Offset("task_struct", "real_cred") > 0);
        Assert.Null(types.Offset("list_head", "nothing"));
    }

    [Fact]
    public void Read_CutOffOrChanged_IsALinuxExceptionOrFindsNothing()
    {
        byte[] whole = File.ReadAllBytes(KernelTypes.File);
        var random = new Random(7);
        for (int i = 0; i < 40; i++)
        {
            byte[] broken = whole[..random.Next(whole.Length)];
            for (int change = 0; change < 4 && broken.Length > 64; change++)
            {
                broken[random.Next(2, 24)] = (byte)random.Next(256);
            }
            try
            {
                _ = KernelTypes.Read(broken, Functions, Tracepoints, Members);
            }
            catch (LinuxException)
            {
                // The only way to fail.
            }
        }
    }
}
