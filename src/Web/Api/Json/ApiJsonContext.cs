using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Images;
using Brig.Engine.Metrics;

namespace Brig.Web.Api;

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(ImmutableArray<Container>))]
[JsonSerializable(typeof(ImmutableArray<Exec>))]
[JsonSerializable(typeof(ImmutableArray<ProcessRow>))]
[JsonSerializable(typeof(ImmutableArray<NamespaceRow>))]
[JsonSerializable(typeof(ImmutableArray<Image>))]
[JsonSerializable(typeof(ImmutableArray<EngineEvent>))]
[JsonSerializable(typeof(BirthRecord))]
[JsonSerializable(typeof(PruneReport))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(MetricsFrame))]
[JsonSerializable(typeof(TimedSample))]
[JsonSerializable(typeof(SystemInfo))]
[JsonSerializable(typeof(AttachControl))]
[JsonSerializable(typeof(AttachNotice))]
[JsonSerializable(typeof(Stream))]
[JsonSerializable(typeof(TimeParameter?))]
[JsonSerializable(typeof(IList<string>))] // /_blazor/initializers answers by these options too
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(double?))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(int?))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(TimeSpan?))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;
