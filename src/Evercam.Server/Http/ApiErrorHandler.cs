using System.Text.Json;
using Evercam.Archive;
using Evercam.CameraClient;
using Evercam.Server.Pages;
using Evercam.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Orleans.Serialization;

namespace Evercam.Server.Http;

/// <summary>The only place that makes bodies of failures. Not the framework's own handler, because that one rewrites
/// the cache headers that the contract fixes.</summary>
internal sealed partial class ApiErrorHandler(
    RequestDelegate next, IOptions<JsonOptions> json, CommonHeaders headers, TimeProvider clock, ILogger<ApiErrorHandler> log)
{
    private readonly Seldom packsAway = new(TimeSpan.FromMinutes(1), clock);

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is
                {
                    HasStarted: false,
                    StatusCode: StatusCodes.Status412PreconditionFailed or StatusCodes.Status416RangeNotSatisfiable,
                })
            {
                await RefuseAsync(context);
            }
            else if (context.Response is { HasStarted: false, ContentType: null, ContentLength: null })
            {
                await DescribeAsync(context);
            }
        }
        catch (Exception end) when (
            end is ConnectionAbortedException || (context.RequestAborted.IsCancellationRequested && end is OperationCanceledException or IOException))
        {
            // Nobody is there to be told; what was under way ended because of that.
            if (!context.Response.HasStarted)
            {
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            }
        }
        catch (ApiException) when (context.Response.HasStarted)
        {
            // Too late to be said: what has begun is broken off, so that nobody takes a part for the whole.
            context.Abort();
        }
        catch (Exception outage) when (context.Response.HasStarted && IsOutage(outage))
        {
            // Broken off, so that nobody takes a part for the whole.
            if (outage is PacksUnavailableException)
            {
                TellPacksAway(outage);
            }
            else
            {
                LogBrokenOff(context.Request.Method, context.Request.Path);
            }

            context.Abort();
        }
#pragma warning disable CA1031 // The edge: whatever went wrong inside, the caller gets one of the contract's answers.
        catch (Exception exception) when (!context.Response.HasStarted)
#pragma warning restore CA1031
        {
            var failure = exception as ApiException ?? Translate(exception);
            if (failure is null)
            {
                LogBug(exception, context.Request.Method, context.Request.Path);
            }
            else if (exception is CameraException camera)
            {
                LogNoPicture(context.Request.Path, camera.Fault, camera.Reason);
            }
            else if (exception.IsDatabaseLate())
            {
                LogLate(context.Request.Method, context.Request.Path);
            }
            else if (exception.IsDatabaseAway())
            {
                LogRefused(context.Request.Method, context.Request.Path);
            }
            else if (exception is PacksUnavailableException)
            {
                TellPacksAway(exception);
            }
            else if (failure is { Status: StatusCodes.Status503ServiceUnavailable, RetryAfter: null, IsExpected: false })
            {
                LogOutage(exception, context.Request.Method, context.Request.Path);
            }

            // What was prepared before the failure goes, the common headers with it.
            context.Response.Clear();
            headers.Write(context);
            await WriteAsync(context, failure);
        }
    }

    /// <summary>Gives a body to failures that have none: an unknown path, a method that it does not know.</summary>
    private Task DescribeAsync(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => WriteAsync(context, ApiException.NotFound()),
        StatusCodes.Status405MethodNotAllowed =>
            WriteAsync(context, ApiException.MethodNotAllowed(context.Response.Headers.Allow.ToString())),
        _ => Task.CompletedTask,
    };

    /// <summary>Gives a body to what the framework refuses by the headers of a request. What was said of the picture or the film is not true of the
    /// refusal, but for its length (RFC 9110, 15.5.17).</summary>
    private Task RefuseAsync(HttpContext context)
    {
        var response = context.Response;
        var isCondition = response.StatusCode == StatusCodes.Status412PreconditionFailed;
        var length = response.Headers.ContentRange;
        response.Clear();
        headers.Write(context);
        response.Headers.ContentRange = length;
        return WriteAsync(context, isCondition ? ApiException.ConditionFailed() : ApiException.NoSuchPart());
    }

    private static bool IsOutage(Exception exception) => exception is IndexUnavailableException or PacksUnavailableException
        || exception.IsDatabaseUnavailable();

    /// <summary>What an exception is answered by; <see langword="null"/> for a bug.</summary>
    internal static ApiException? Translate(Exception exception) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => ApiException.TooLarge(),
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } => ApiException.TooSlow(),
        BadHttpRequestException => ApiException.BadRequest(RequestBody.Invalid),
        CameraException camera => CameraRefusal.Of(camera.Fault),
        PacksUnavailableException => ApiException.Unavailable("The archive cannot be read now"),
        // Also a recorder that does not answer, is on its way to another process, or cannot say what failed since its server is of an earlier version.
        _ when exception is TimeoutException or OrleansException or CodecNotFoundException || IsOutage(exception) =>
            ApiException.Unavailable("Service unavailable, please try again"),
        _ => null,
    };

    /// <summary>Whoever looks at pictures asks for many: the log says now and then what is wrong, and not with each.</summary>
    private void TellPacksAway(Exception reason)
    {
        if (packsAway.IsDue())
        {
            LogPacksAway(reason.Message);
        }
    }

    private async Task WriteAsync(HttpContext context, ApiException? failure)
    {
        var response = context.Response;
        response.StatusCode = failure?.Status ?? StatusCodes.Status500InternalServerError;
        if (response.StatusCode == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = Challenge.For(context.Request);
        }

        if (failure?.Allow is { } allow)
        {
            response.Headers.Allow = allow;
        }

        if (failure?.RetryAfterSeconds is { } wait)
        {
            response.Headers.RetryAfter = wait;
        }

        if (FailurePages.AreWanted(context.Request))
        {
            await FailurePages.ShowAsync(context, failure);
            return;
        }

        var options = json.Value.SerializerOptions;
        var body = failure?.Rules is { } rules
            ? JsonSerializer.SerializeToUtf8Bytes(new ErrorMessages(rules), options)
            : JsonSerializer.SerializeToUtf8Bytes(
                new ErrorMessage(failure?.Message ?? "Sorry, we dropped the ball"), options);
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "No picture for {Path}: {Fault}, {Reason}")]
    private partial void LogNoPicture(string? path, CameraFault fault, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Method} {Path} is refused: the database is away")]
    private partial void LogRefused(string method, string? path);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Method} {Path} is broken off: the database is not available")]
    private partial void LogBrokenOff(string method, string? path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Path} is refused: the database did not answer it in time")]
    private partial void LogLate(string method, string? path);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed: the storage or a recorder is not available")]
    private partial void LogOutage(Exception exception, string method, string? path);

    [LoggerMessage(Level = LogLevel.Error, Message = "Pictures cannot be read, and whoever asks for them is refused: {Reason}")]
    private partial void LogPacksAway(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed: this is a bug")]
    private partial void LogBug(Exception exception, string method, string? path);
}
