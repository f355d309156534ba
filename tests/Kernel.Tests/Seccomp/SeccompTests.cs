using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Linux.Seccomp;

namespace Brig.Kernel.Tests.Seccomp;

/// <summary>The filter as a program inside meets it.</summary>
[Trait("Guest", "too")]
public sealed class SeccompTests : IAsyncLifetime
{
    private const int EPERM = 1, EBADF = 9, EACCES = 13, EBUSY = 16, EINVAL = 22, ENOSYS = 38, EDOM = 33;
    private SeccompScene _scene = null!;

    public async Task InitializeAsync() => _scene = await SeccompScene.StartAsync();
    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task Default_StatusOfAProgramAndOfTheInit_IsFiltered() =>
        Assert.Equal(["Seccomp:\t2", "Seccomp_filters:\t1", "Seccomp:\t2", "Seccomp_filters:\t1"],
            await _scene.OutputAsync("grep Seccomp /proc/1/status; grep Seccomp /proc/self/status", spec => spec with { Init = true }));

    [Fact]
    public async Task Default_WhatItDenies_IsEperm() =>
        Assert.All(await _scene.ErrnosAsync(null,
            SeccompScene.Call("mount"), SeccompScene.Call("unshare", 0x1000_0000), SeccompScene.Call("bpf"), SeccompScene.Call("keyctl"), SeccompScene.Call("io_uring_setup"),
            SeccompScene.Call("userfaultfd"), SeccompScene.Call("setns"), SeccompScene.Call("socket", 38, 5), SeccompScene.Call("socket", 40, 1), SeccompScene.Call("socket", 0x1_0000_0028, 1),
            SeccompScene.Call("ioctl", 0, 0x5412), SeccompScene.Call("ioctl", 0, 0x1_0000_5412), SeccompScene.Call("ioctl", 0, 0x5423), SeccompScene.Call("personality", 0x40000),
            SeccompScene.Call("clone", 0x1000_0011), "i21", "i288", "i310"), errno => Assert.Equal(EPERM, errno));

    [Fact]
    public async Task Default_WhatLooksLikeAnOlderKernel_IsEnosys() =>
        Assert.All(await _scene.ErrnosAsync(null,
            SeccompScene.Call("clone3"), SeccompScene.Call("mbind"), SeccompScene.Call("statmount"), "470", "4000", $"{SyscallArches.X32Bit}", $"{SyscallArches.X32Bit | 39}", "i435", "i102,1"),
            errno => Assert.Equal(ENOSYS, errno));

    [Fact]
    public async Task Default_WhatItAllows_ReachesTheKernel() =>
        Assert.Equal((int[])[0, 0, EBADF, 0, 0, EBADF, 0, EINVAL, 0],
            await _scene.ErrnosAsync(null,
                SeccompScene.Call("getppid"), SeccompScene.Call("socket", 2, 1), SeccompScene.Call("ioctl", 99, 0x5401), SeccompScene.Call("personality", 0xffff_ffff),
                SeccompScene.Call("personality", 0xffff_ffff_ffff_ffff), SeccompScene.Call("fsync", 99),
                "i20", "i102,0", SeccompScene.Call("socket", 0x1_0000_0002, 1)));

    [Fact]
    public async Task CapabilitySysAdmin_OpensWhatBelongsToIt() =>
        Assert.Equal((int[])[0, EPERM], await _scene.ErrnosAsync(spec => spec with { CapAdd = ["SYS_ADMIN"] }, SeccompScene.Call("unshare", 0x0400_0000), SeccompScene.Call("settimeofday")));

    [Fact]
    public async Task Unconfined_NoFilter() =>
        Assert.Equal(["Seccomp:\t0"], await _scene.OutputAsync("grep -w Seccomp: /proc/self/status", spec => spec with { Seccomp = new(SeccompChoice.Unconfined) }));

    [Fact]
    public async Task Privileged_NoFilter() =>
        Assert.Equal(["Seccomp:\t0"], await _scene.OutputAsync("grep -w Seccomp: /proc/self/status", spec => spec with { Privileged = true }));

    [Fact]
    public async Task Custom_ConditionsErrnosAndKernels_AsWritten()
    {
        const string Profile = """
            {
              "defaultAction": "SCMP_ACT_ALLOW",
              "archMap": [ { "architecture": "SCMP_ARCH_X86_64", "subArchitectures": [ "SCMP_ARCH_X86" ] } ],
              "syscalls": [
                { "names": [ "getpgid" ], "action": "SCMP_ACT_ERRNO", "errnoRet": 33, "args": [ { "index": 0, "value": 4294967296, "op": "SCMP_CMP_GE" } ] },
                { "names": [ "getsid" ], "action": "SCMP_ACT_ERRNO", "errnoRet": 13, "includes": { "minKernel": "4.8" } },
                { "names": [ "getuid" ], "action": "SCMP_ACT_ERRNO", "excludes": { "minKernel": "4.8" } },
                { "names": [ "sethostname" ], "action": "SCMP_ACT_ERRNO", "errnoRet": 33, "includes": { "caps": [ "CAP_SYS_ADMIN" ] } }
              ]
            }
            """;
        Assert.Equal((int[])[0, EDOM, EACCES, EACCES, 0, EPERM],
            await _scene.ErrnosAsync(spec => spec with { Seccomp = new(SeccompChoice.Custom, Profile) }, SeccompScene.Call("getpgid", 0), SeccompScene.Call("getpgid", 0x1_0000_0000),
                SeccompScene.Call("getsid"), "i147", SeccompScene.Call("getuid"), SeccompScene.Call("sethostname")));
    }

    [Fact]
    public async Task Custom_DeniesTheProgramItself_StartFailsWithASentence()
    {
        const string Profile = """{ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [ { "names": [ "execve" ], "action": "SCMP_ACT_ERRNO" } ] }""";

        var failure = await Assert.ThrowsAsync<EngineException>(() => _scene.RunAsync("true", spec => spec with { Seccomp = new(SeccompChoice.Custom, Profile) }));

        Assert.Contains("execve", failure.Message, StringComparison.Ordinal);
        Assert.Contains("EPERM", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Custom_DeniesWhatHandsTheListenerOver_StartsUntold()
    {
        const string Profile = """{ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [ { "names": [ "sendmsg", "getuid" ], "action": "SCMP_ACT_ERRNO" } ] }""";

        Assert.Equal((int[])[EPERM, EPERM], await _scene.ErrnosAsync(spec => spec with { Seccomp = new(SeccompChoice.Custom, Profile) }, SeccompScene.Call("sendmsg"), SeccompScene.Call("getuid")));
    }

    [Theory]
    [InlineData("""{ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [ { "names": [ "mounnt" ], "action": "SCMP_ACT_ERRNO" } ] }""", "\"mount\"")]
    [InlineData("{\n \"defaultAction\": ,\n}", "line 2")]
    public async Task Custom_BadProfile_RefusedAtCreate(string profile, string told)
    {
        var failure = await Assert.ThrowsAsync<EngineException>(() => _scene.Engine.CreateAsync("true", spec => spec with { Seccomp = new(SeccompChoice.Custom, profile) }));

        Assert.Equal(EngineErrorKind.Invalid, failure.Kind);
        Assert.Contains(told, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NewPrivilegesAllowed_FilteredAllTheSame() =>
        Assert.Equal(["NoNewPrivs:\t0", "Seccomp:\t2", "1"],
            await _scene.OutputAsync($"grep -wE 'NoNewPrivs:|Seccomp:' /proc/self/status; /calls {SeccompScene.Call("mount")}", spec => spec with { NoNewPrivileges = false, User = "user", Init = true }));

    [Fact]
    public async Task Exec_HasTheContainersFilter()
    {
        var container = await _scene.RunAsync("sleep 1000");

        var (_, streams) = await _scene.Engine.Containers.ExecAttachedAsync(container.Id.Value, new() { Command = ["/calls", SeccompScene.Call("mount"), SeccompScene.Call("getppid"), SeccompScene.Call("clone3")] });

        Assert.Equal("1\n0\n38\n", await ReadAsync(streams));
    }

    [Theory]
    [InlineData(true, EBUSY)]
    [InlineData(false, 0)]
    public async Task Program_WantsAListenerOfItsOwn_OnlyWhereDenialsAreNotTold(bool tell, int errno) =>
        Assert.Equal([$"{errno}"], await _scene.OutputAsync("/calls listen", spec => spec with { Seccomp = new(Tell: tell) }));

    private static async Task<string> ReadAsync(IAttachment streams)
    {
        var text = new System.Text.StringBuilder();
        await foreach (var chunk in streams.ReadAsync())
        {
            text.Append(System.Text.Encoding.UTF8.GetString(chunk.Bytes.Span));
        }
        await streams.DisposeAsync();
        return text.ToString();
    }
}
