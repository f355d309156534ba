using System.Globalization;
using Brig.Engine;
using Brig.Engine.Containers;

namespace Brig.Web.Api.Docker;

/// <summary>Docker's log drivers that mean ours: json-file and local with their limits, and none.</summary>
internal static class LogReader
{
    /// <summary>What Docker's drivers know; of these only the first two mean anything here.</summary>
    private static readonly string[] Known = ["max-size", "max-file", "compress", "labels", "labels-regex", "env", "env-regex", "tag", "mode", "max-buffer-size"];

    /// <summary>Null: as Brig is set to.</summary>
    /// <exception cref="EngineException">Invalid.</exception>
    public static LogSpec? Read(DockerLogConfig? asked)
    {
        if (asked?.Type == "none")
        {
            return new(Off: true);
        }
        var options = asked?.Config ?? [];
        if (options.Keys.FirstOrDefault(key => !Known.Contains(key)) is { } unknown)
        {
            throw EngineException.Invalid($"unknown log opt '{unknown}' for {SpecReader.Some(asked!.Type) ?? "json-file"} log driver");
        }
        long? size = options.GetValueOrDefault("max-size") is { Length: > 0 } text && text != "-1" ? Math.Max(Size(text), LogSpec.LeastSize) : null;
        int? files = options.GetValueOrDefault("max-file") is { Length: > 0 } count
            ? int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? Math.Min(number, 1000) : throw EngineException.Invalid($"invalid log opt max-file: \"{count}\"") : null;
        return size is null && files is null ? null : new(MaxSize: size, MaxFiles: files);
    }

    /// <summary>As <c>10m</c>, <c>1.5 GB</c>: units of 1024.</summary>
    private static long Size(string text)
    {
        string number = text.TrimEnd(' ', 'b', 'B', 'i', 'k', 'K', 'm', 'M', 'g', 'G', 't', 'T');
        int shift = text[number.Length..].Trim().ToLowerInvariant() switch { "" or "b" => 0, "k" or "kb" or "kib" => 10, "m" or "mb" or "mib" => 20, "g" or "gb" or "gib" => 30, "t" or "tb" or "tib" => 40, _ => -1 };
        return shift >= 0 && double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value * (1L << shift) < long.MaxValue / 2
            ? (long)(value * (1L << shift)) : throw EngineException.Invalid($"invalid log opt max-size: invalid size: '{text}'");
    }
}
