namespace Brig.Web.Api.Docker;

/// <summary>An answer with a status that no kind of the engine's errors has: 403 for what is predefined, 501 for what Brig leaves out.</summary>
internal sealed class DockerException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;

    public static DockerException Forbidden(string message) => new(StatusCodes.Status403Forbidden, message);
    public static DockerException NotImplemented(string message) => new(StatusCodes.Status501NotImplemented, message);
}
