using System.Collections.Immutable;
using System.Net;
using Brig.Engine.Networks.Addresses;
using Brig.Linux;

namespace Brig.Engine.Networks;

/// <summary>
/// Which Brig of this machine uses which subnets, and what else uses addresses here. Networks are in the kernel only while they are needed, so the routes alone do not tell.
/// <code>
/// /var/lib/brig-subnets/lock            held while one is chosen
/// /var/lib/brig-subnets/brig-1a2b3c4d   that Brig's BRIG_ROOT, then a line for each subnet
/// </code>
/// </summary>
internal sealed class SubnetClaims(EngineOptions options, EnginePaths paths, IHostNetwork host)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10), Between = TimeSpan.FromMilliseconds(5);

    /// <exception cref="EngineException">Unavailable: the folder cannot be written, or another Brig keeps the lock.</exception>
    public async Task<IDisposable> LockAsync(CancellationToken stop)
    {
        try
        {
            MakeFolder();
            for (int attempt = 0; attempt < Patience / Between; attempt++)
            {
                if (FileLock.TryTake(options.SubnetClaims + "/lock") is { } taken)
                {
                    return taken;
                }
                await Task.Delay(Between, stop);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or LinuxException)
        {
            throw Unwritable(e);
        }
        throw EngineException.Unavailable($"Another Brig of this machine has been choosing a subnet for {Patience.TotalSeconds} seconds ({options.SubnetClaims}/lock); try again.");
    }

    private void MakeFolder() => Directory.CreateDirectory(options.SubnetClaims, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    public void Write(ImmutableArray<Network> networks)
    {
        string file = $"{options.SubnetClaims}/{paths.Instance}";
        try
        {
            if (networks.IsEmpty)
            {
                File.Delete(file);
                return;
            }
            MakeFolder();
            File.WriteAllLines(file + ".new", [paths.Root, .. networks.SelectMany(network => new[] { network.Plan.Ipv4?.Subnet, network.Plan.Ipv6?.Subnet }).OfType<string>()]);
            File.Move(file + ".new", file, overwrite: true);
        }
        catch (DirectoryNotFoundException) when (networks.IsEmpty)
        {
            // Nobody ever claimed one.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(e);
        }
    }

    /// <summary>Everything a new subnet must not overlap with: our networks, other Brigs', this machine's routes and name servers. Under the lock.</summary>
    public IReadOnlyCollection<TakenSubnet> Taken(ImmutableArray<Network> networks)
    {
        var taken = new List<TakenSubnet>();
        foreach (var network in networks)
        {
            taken.AddRange(new[] { network.Plan.Ipv4, network.Plan.Ipv6 }.OfType<SubnetPlan>().Select(plan => new TakenSubnet(Subnet.TryParse(plan.Subnet)!.Value, $"network \"{network.Name}\"")));
        }
        foreach (string file in Directory.EnumerateFiles(options.SubnetClaims).Where(file => Path.GetFileName(file) is var name && name != "lock" && name != paths.Instance && !name.EndsWith(".new", StringComparison.Ordinal)))
        {
            taken.AddRange(OfAnother(file));
        }
        taken.AddRange(host.Routes(networks.Select(network => network.Plan.Bridge).ToHashSet()).Select(route => new TakenSubnet(route.Subnet, $"a route of this machine by {route.Interface}")));
        taken.AddRange(NameServers().Select(server => new TakenSubnet(server, "this machine's name server")));
        return taken;
    }

    private static IEnumerable<TakenSubnet> OfAnother(string file)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(file);
        }
        catch (IOException)
        {
            return [];   // it has just been given back
        }
        if (lines.Length == 0 || !Directory.Exists(lines[0]))
        {
            File.Delete(file);   // that Brig's data are gone
            return [];
        }
        return lines.Skip(1).Select(Subnet.TryParse).OfType<Subnet>().Select(subnet => new TakenSubnet(subnet, $"a network of the Brig over {lines[0]}"));
    }

    private static IEnumerable<Subnet> NameServers()
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines("/etc/resolv.conf");
        }
        catch (IOException)
        {
            return [];
        }
        return lines.Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Where(words => words is ["nameserver", _, ..])
            .Select(words => IPAddress.TryParse(words[1], out var address) && !IPAddress.IsLoopback(address) ? Subnet.TryCover($"{address}/{address.GetAddressBytes().Length * 8}") : null).OfType<Subnet>();
    }

    private EngineException Unwritable(Exception e) => EngineException.Unavailable(
        $"Subnets are divided among this machine's Brigs in {options.SubnetClaims}, which cannot be written: {e.Message}", e);
}
