using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using Brig.Engine;
using Brig.Engine.Ids;
using Brig.Engine.Networks;
using Brig.Engine.Networks.Addresses;

namespace Brig.Web.Options;

/// <summary>Reads and checks every setting before anything starts, so that a wrong one is a sentence and not a stack trace.</summary>
internal static class BrigOptionsReader
{
    private const int ShortestToken = 16;

    /// <summary>sockaddr_un.sun_path holds 108 bytes and a zero (unix(7)).</summary>
    private const int LongestSocketPath = 107;

    /// <exception cref="BadOptionException">Names the setting and what is wrong with it.</exception>
    public static BrigOptions Read(IConfiguration settings)
    {
        var fallback = new BrigOptions();
        var engine = fallback.Engine;
        var options = fallback with
        {
            Engine = engine with
            {
                Root = AbsolutePath(settings, "ROOT", engine.Root),
                Run = AbsolutePath(settings, "RUN", engine.Run),
                Shim = AbsolutePath(settings, "SHIM", engine.Shim),
                Busybox = AbsolutePath(settings, "BUSYBOX", engine.Busybox),
                LogMaxSize = Number(settings, "LOG_MAX_SIZE", engine.LogMaxSize, least: 4096, most: 1L << 40),
                RegistryCertificates = AbsolutePath(settings, "REGISTRY_CERTS", engine.RegistryCertificates),
                SeccompProfile = settings["SECCOMP_PROFILE"] is { Length: > 0 } ? AbsolutePath(settings, "SECCOMP_PROFILE", "") : null,
                LogMaxFiles = (int)Number(settings, "LOG_MAX_FILES", engine.LogMaxFiles, least: 1, most: 1000),
                HistoryQuota = Number(settings, "HISTORY_QUOTA", engine.HistoryQuota, least: 1 << 20, most: 1L << 40),
                LogsQuota = Number(settings, "LOGS_QUOTA", engine.LogsQuota, least: 0, most: 1L << 50),
                LogsKeep = TimeSpan.FromDays(Number(settings, "LOGS_KEEP_DAYS", engine.LogsKeep.Days, least: 1, most: 36_500)),
                Ids = Ids(settings, engine.Ids),
                Pools = Pools(settings, engine.Pools),
                DefaultNetwork = DefaultNetwork(settings, engine.DefaultNetwork),
                Shortcuts = Switch(settings, "SHORTCUTS", engine.Shortcuts),
                HostNetwork = settings["HOST_NETWORK"] is { Length: > 0 } ? AbsolutePath(settings, "HOST_NETWORK", "") : null,
            },
            Urls = Urls(settings, fallback.Urls),
            Token = Token(settings),
            Hosts = [.. (settings["HOSTS"] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
        };
        options = options with { SocketGroup = Group(settings), DockerTcp = DockerTcp.Read(Text(settings, "DOCKER_TCP"), Text(settings, "DOCKER_CA"), Text(settings, "DOCKER_CERT"), Text(settings, "DOCKER_KEY")) };
        int[] docker = options.DockerTcp is { Endpoint: { } tcp } && !IPAddress.IsLoopback(tcp.Address) ? [tcp.Port] : [];
        options = options with { Engine = options.Engine with { OwnPorts = [.. options.Urls.Where(url => !url.IsLoopback && url.Port > 0).Select(url => url.Port).Concat(docker).Distinct()] } };
        options = options with { DockerSocket = settings["SOCKET"] is "none" ? null : AbsolutePath(settings, "SOCKET", Path.Combine(options.Engine.Run, "docker.sock")) };
        foreach (var (key, path) in new[] { ("RUN", options.LoginSocket), ("SOCKET", options.DockerSocket ?? "") })
        {
            if (Encoding.UTF8.GetByteCount(path) > LongestSocketPath)
            {
                throw new BadOptionException($"BRIG_{key} is too long: {path} has more than {LongestSocketPath} bytes, which is all a unix socket's path may have.");
            }
        }
        return options;
    }

    private static string AbsolutePath(IConfiguration settings, string key, string fallback)
    {
        string path = Text(settings, key) ?? fallback;
        if (path.Contains('\0', StringComparison.Ordinal) || path.Contains('\n', StringComparison.Ordinal))
        {
            throw new BadOptionException($"BRIG_{key} contains a character no path may have.");
        }
        if (!Path.IsPathRooted(path))
        {
            throw new BadOptionException($"BRIG_{key} must be an absolute path; it is \"{path}\".");
        }
        string full = Path.GetFullPath(path);
        return full.Length > 1 ? full.TrimEnd('/') : full;
    }

    private static long Number(IConfiguration settings, string key, long fallback, long least, long most)
    {
        if (Text(settings, key) is not { } text)
        {
            return fallback;
        }
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value >= least && value <= most
            ? value
            : throw new BadOptionException($"BRIG_{key} must be a whole number from {least} to {most}; it is \"{text}\".");
    }

    private static IdSpan Ids(IConfiguration settings, IdSpan fallback) => Text(settings, "ID_RANGE") is not { } text ? fallback
        : IdSpan.TryParse(text) ?? throw new BadOptionException(
            $"BRIG_ID_RANGE must be first:count, two whole numbers: the user ids from which every container gets 65536, such as {IdSpan.Default}, above 65535 and below 4294967295; it is \"{text}\".");

    private static AddressPools Pools(IConfiguration settings, AddressPools fallback) => Text(settings, "POOLS") is not { } text ? fallback
        : AddressPools.TryParse(text) ?? throw new BadOptionException(
            $"BRIG_POOLS must be subnets with the size of the pieces to be given of each, separated by commas, such as {AddressPools.Default}, at least one of IPv4; it is \"{text}\".");

    private static string? DefaultNetwork(IConfiguration settings, string? fallback) => Text(settings, "DEFAULT_NETWORK") switch
    {
        null or NetworkSpec.DefaultName => fallback,
        "none" => null,
        { } text => throw new BadOptionException($"BRIG_DEFAULT_NETWORK must be {NetworkSpec.DefaultName} or none; it is \"{text}\"."),
    };

    private static SocketGroup? Group(IConfiguration settings) => Text(settings, "SOCKET_GROUP") is not { } name ? null
        : SocketGroup.Find(name) ?? throw new BadOptionException($"BRIG_SOCKET_GROUP is \"{name}\", and this machine has no such group; make it (groupadd {name}) or leave the setting out.");

    private static bool Switch(IConfiguration settings, string key, bool fallback) => Text(settings, key) switch
    {
        null => fallback,
        "on" => true,
        "off" => false,
        { } text => throw new BadOptionException($"BRIG_{key} must be on or off; it is \"{text}\"."),
    };

    private static ImmutableArray<Uri> Urls(IConfiguration settings, ImmutableArray<Uri> fallback)
    {
        if (Text(settings, "URLS") is not { } text)
        {
            return fallback;
        }
        string[] urls = text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return urls.Length > 0 ? [.. urls.Select(Url)] : throw new BadOptionException("BRIG_URLS names no address to listen on.");
    }

    private static Uri Url(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.PathAndQuery != "/" || url.UserInfo.Length > 0)
        {
            throw new BadOptionException($"BRIG_URLS must be addresses such as http://127.0.0.1:8620; \"{text}\" is not one.");
        }
        if (url.Port == 0 && url.HostNameType == UriHostNameType.Dns)
        {
            throw new BadOptionException($"BRIG_URLS can leave the port to the kernel only for an IP address; write http://127.0.0.1:0 in place of \"{text}\".");
        }
        if (url.HostNameType == UriHostNameType.Dns && url.Host != "localhost")
        {
            throw new BadOptionException($"BRIG_URLS names the addresses to listen on, so it takes IP addresses or localhost; put \"{url.Host}\" into BRIG_HOSTS.");
        }
        return url;
    }

    private static string? Token(IConfiguration settings)
    {
        string? token = Text(settings, "TOKEN");
        if (token is not null && token.Length < ShortestToken)
        {
            throw new BadOptionException($"BRIG_TOKEN is too easy to guess: it has {token.Length} characters and needs at least {ShortestToken}.");
        }
        return token is null || token.All(c => c is > ' ' and < (char)127)
            ? token
            : throw new BadOptionException("BRIG_TOKEN may hold only visible ASCII characters, because it travels in an HTTP header.");
    }

    private static string? Text(IConfiguration settings, string key) => settings[key] is { Length: > 0 } text ? text : null;
}
