using System.Globalization;
using Brig.Engine.Containers;
using Brig.Engine.Isolation;
using Brig.Kernel.Tests.Engine;
using Brig.Linux.Seccomp;
using Brig.Tests;

namespace Brig.Kernel.Tests.Seccomp;

/// <summary>An engine, and a program inside that makes system calls by number.</summary>
public sealed class SeccompScene : IAsyncDisposable
{
    public EngineScene Engine { get; } = new();

    public static async Task<SeccompScene> StartAsync()
    {
        var scene = new SeccompScene();
        await scene.Engine.BeginAsync();
        using var resource = typeof(SeccompScene).Assembly.GetManifestResourceStream("calls")!;
        await using (var file = File.Create(scene.Program))
        {
            await resource.CopyToAsync(file);
        }
        File.SetUnixFileMode(scene.Program, (UnixFileMode)0b111_101_101);
        return scene;
    }

    private string Program => Engine.Folder + "/calls";

    public IDenials Denials => Engine.Get<IDenials>();

    public static int Number(string name) => SyscallNames.Find(SyscallArch.X8664, name, out int number) == SyscallKnown.Here ? number : throw new ArgumentException(name);

    public static string Call(string name, params ulong[] arguments) =>
        string.Join(',', arguments.Select(argument => argument.ToString(CultureInfo.InvariantCulture)).Prepend(Number(name).ToString(CultureInfo.InvariantCulture)));

    public Task<Container> RunAsync(string script, Func<ContainerSpec, ContainerSpec>? spec = null) => Engine.RunAsync(script, asked =>
    {
        var own = asked with { Mounts = [new(MountKind.Bind, Program, "/calls", ReadOnly: true)] };
        return spec?.Invoke(own) ?? own;
    });

    public async Task<string[]> OutputAsync(string script, Func<ContainerSpec, ContainerSpec>? spec = null)
    {
        var container = await RunAsync(script, spec);
        await Engine.Containers.WaitAsync(container.Id.Value).WaitAsync(Wait.Limit);
        return await Engine.OutputAsync(container);
    }

    /// <summary>The errnos of calls, 0 for those that went well.</summary>
    public async Task<int[]> ErrnosAsync(Func<ContainerSpec, ContainerSpec>? spec, params string[] calls) =>
        [.. (await OutputAsync("/calls " + string.Join(' ', calls), spec)).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];

    public ValueTask DisposeAsync() => Engine.DisposeAsync();
}
