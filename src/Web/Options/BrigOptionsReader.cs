using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Brig.Engine;

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
                LogMaxFiles = (int)Number(settings, "LOG_MAX_FILES", engine.LogMaxFiles, least: 1, most: 1000),
            },
            Urls = Urls(settings, fallback.Urls),
            Token = Token(settings),
            Hosts = [.. (settings["HOSTS"] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
        };
        if (Encoding.UTF8.GetByteCount(options.LoginSocket) > LongestSocketPath)
        {
            throw new BadOptionException($"BRIG_RUN is too long: {options.LoginSocket} has more than {LongestSocketPath} bytes, which is all a unix socket's path may have.");
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
