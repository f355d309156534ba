using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Brig.Engine.Logs;
using Microsoft.AspNetCore.SignalR;

namespace Brig.Web.Hubs;

/// <summary>One batch: <c>{ lines: [position, nanoseconds as string, 1|2, partial 0|1, text][], skipped }</c>.</summary>
/// <param name="Encoded">Its lines, where they were encoded already.</param>
[JsonConverter(typeof(LogPushConverter))]
internal readonly record struct LogPush(LogBatch Batch, ReadOnlyMemory<byte> Encoded = default);

internal sealed class LogPushConverter : JsonConverter<LogPush>
{
    private static readonly JsonEncodedText Lines = JsonEncodedText.Encode("lines"), Skipped = JsonEncodedText.Encode("skipped");

    /// <summary>As SignalR's protocol encodes what it sends itself.</summary>
    private static readonly JavaScriptEncoder s_encoder = new JsonHubProtocolOptions().PayloadSerializerOptions.Encoder ?? JavaScriptEncoder.Default;

    public override void Write(Utf8JsonWriter to, LogPush push, JsonSerializerOptions options)
    {
        to.WriteStartObject();
        to.WritePropertyName(Lines);
        if (push.Encoded.IsEmpty)
            Write(to, push.Batch.Lines);
        else
            to.WriteRawValue(push.Encoded.Span, skipInputValidation: true);
        to.WriteNumber(Skipped, push.Batch.Skipped);
        to.WriteEndObject();
    }

    /// <summary>As <see cref="Write(Utf8JsonWriter, LogPush, JsonSerializerOptions)"/> writes them.</summary>
    public static byte[] Encode(ImmutableArray<LogLine> lines)
    {
        var bytes = new ArrayBufferWriter<byte>(256 + 128 * lines.Length);
        using var to = new Utf8JsonWriter(bytes, new JsonWriterOptions { SkipValidation = true, Encoder = s_encoder });
        Write(to, lines);
        to.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter to, ImmutableArray<LogLine> lines)
    {
        Span<char> text = stackalloc char[40];
        to.WriteStartArray();
        foreach (var line in lines)
        {
            to.WriteStartArray();
            text.TryWrite($"{line.Position.File}:{line.Position.Offset}", out int length);
            to.WriteStringValue(text[..length]);
            text.TryWrite($"{line.Nanoseconds}", out length);
            to.WriteStringValue(text[..length]);
            to.WriteNumberValue((int)line.Stream);
            to.WriteNumberValue(line.Partial ? 1 : 0);
            to.WriteStringValue(line.Text);
            to.WriteEndArray();
        }
        to.WriteEndArray();
    }

    public override LogPush Read(ref Utf8JsonReader from, Type type, JsonSerializerOptions options) => throw new NotSupportedException("Logs are only sent.");
}
