using Brig.Linux;
using Brig.Linux.Net;
using Brig.Linux.Proc;
using Brig.Linux.Wire;

namespace Brig.Engine.Containers;

/// <summary>The networks' part of one start.</summary>
internal sealed class NetworkAttempt(
    IContainerNetwork networks, ContainerLinks links, Pins pins, Container container, NetworkSetup setup, BirthRecorder birth)
{
    private Task _attaching = Task.CompletedTask;
    private bool _pinned;

    public NetworkSetup Setup { get; } = setup;

    /// <summary>Beside everything else, on a thread that may wait for the kernel.</summary>
    public void Begin(NamespacePlan namespaces, ShimConnection shim)
    {
        if (!Setup.Links.IsEmpty)
        {
            _attaching = Task.Run(() => AttachAsync(namespaces, shim));
        }
    }

    /// <summary>After the shim has entered the cgroup: waits for the interfaces and lets the program go.</summary>
    public async Task CompleteAsync(ShimConnection shim)
    {
        if (!Setup.Links.IsEmpty)
        {
            await _attaching;
            networks.Linked(container);
            await shim.NetworkAsync();
        }
    }

    /// <summary>The start failed, and its process is gone: a namespace that was made for it goes, and its interfaces with it; one that was there stays.</summary>
    public async Task GiveUpAsync()
    {
        await _attaching.ContinueWith(_ => { }, TaskScheduler.Default);
        if (_pinned)
        {
            await Task.Run(() => pins.Remove(container.Id.Value));
        }
    }

    private async Task AttachAsync(NamespacePlan namespaces, ShimConnection shim)
    {
        using var inside = await OpenAsync(namespaces, shim);
        if (inside is null)
        {
            return;   // the launch has failed and tells why
        }
        _pinned = namespaces.Net.Mode == NamespaceMode.New;
        var rest = Task.Run(() => PinAndAttachAsync(inside));
        try
        {
            foreach (var link in Setup.Links)
            {
                links.Attach(container.Id, link, inside, birth, isNew: _pinned);
            }
        }
        finally
        {
            await rest;
        }
    }

    private async Task PinAndAttachAsync(NetNamespace inside)
    {
        if (_pinned)
        {
            birth.Do("mount", $"net:[{inside.Number}], \"…/ns/{container.Id}/net\", MS_BIND", $"mount --bind /proc/…/ns/net …/ns/{container.Id}/net", () => pins.Pin(container.Id.Value, inside));
        }
        await networks.AttachAsync(container, Setup, inside, birth);
    }

    private static async Task<NetNamespace?> OpenAsync(NamespacePlan namespaces, ShimConnection shim)
    {
        if (namespaces.Net is { Mode: NamespaceMode.Join, Path: { } pin })
        {
            return NetNamespace.Open(pin);
        }
        if (await shim.NewNetworkAsync() is not { } cloned)
        {
            return null;
        }
        NetNamespace? found = null;
        try
        {
            found = NetNamespace.OfProcess(cloned.Pid);
            // Whose number it is now: if still that process's, the namespace is too.
            if (ProcessStat.StartTicks(cloned.Pid) == cloned.StartTicks)
            {
                return found;
            }
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ESRCH)
        {
            // It has ended already, and its shim tells why.
        }
        found?.Dispose();
        return null;
    }
}
