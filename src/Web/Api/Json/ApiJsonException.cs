using System.Text.Json;

namespace Brig.Web.Api;

/// <summary>A value of the right JSON type that means nothing. The message continues a sentence that begins with the value's path.</summary>
internal sealed class ApiJsonException(string message) : JsonException(message);
