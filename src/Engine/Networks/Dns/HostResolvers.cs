namespace Brig.Engine.Networks.Dns;

/// <summary>The name servers of this machine: its resolv.conf, read again when it is another.</summary>
internal sealed class HostResolvers(TimeProvider time, string file = "/etc/resolv.conf")
{
    private static readonly TimeSpan Trust = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private (DateTime Written, long Size) _seen;
    private long _lookedAt;
    private Upstreams _now = new(ResolvConf.Parse("").Servers, time);

    /// <summary>Looks at the file at most twice a second: NetworkManager and its like write it whenever the machine changes networks.</summary>
    public Upstreams Now
    {
        get
        {
            lock (_gate)
            {
                if (_lookedAt == 0 || time.GetElapsedTime(_lookedAt) > Trust)
                {
                    _lookedAt = time.GetTimestamp();
                    Look();
                }
                return _now;
            }
        }
    }

    private void Look()
    {
        try
        {
            FileInfo found = new(file);
            if (!found.Exists || (found.LastWriteTimeUtc, found.Length) == _seen)
            {
                return;   // one that is just being replaced is no reason to forget
            }
            var servers = ResolvConf.Parse(File.ReadAllText(file)).Servers;
            _seen = (found.LastWriteTimeUtc, found.Length);
            if (!servers.SequenceEqual(_now.Servers))
            {
                _now = new(servers, time);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
