using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Brig.Web.Api;

/// <summary>One JSON value a line, sent when it is there.</summary>
internal sealed class JsonLines<T>(Stream to)
{
    private static readonly JsonTypeInfo<T> Type = (JsonTypeInfo<T>)ApiJson.Options.GetTypeInfo(typeof(T));
    private static readonly byte[] NewLine = [(byte)'\n'];

    public async Task WriteAsync(T value, CancellationToken stop)
    {
        await JsonSerializer.SerializeAsync(to, value, Type, stop);
        await to.WriteAsync(NewLine, stop);
    }

    public Task FlushAsync(CancellationToken stop) => to.FlushAsync(stop);
}
