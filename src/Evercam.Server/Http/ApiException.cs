using System.Globalization;

namespace Evercam.Server.Http;

/// <summary>A refusal that the caller is told. <see cref="ApiErrorHandler"/> turns it into an answer.</summary>
internal sealed class ApiException : Exception
{
    private ApiException(int status, string message, IReadOnlyList<string>? rules = null) : base(message)
    {
        Status = status;
        Rules = rules;
    }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>The broken rules, which travel as an array; <see langword="null"/> where the message travels as a
    /// string.</summary>
    public IReadOnlyList<string>? Rules { get; }

    /// <summary>When trying again makes sense; <see langword="null"/> where nobody knows.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>The same in whole seconds, for the header of that name.</summary>
    public string? RetryAfterSeconds =>
        RetryAfter is { } wait ? ((long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture) : null;

    /// <summary>Whether nothing of the server is broken, whatever the status says, or whoever found out has logged it.</summary>
    public bool IsExpected { get; private init; }

    /// <summary>The methods that the path knows; only with status 405.</summary>
    public string? Allow { get; private init; }

    public static ApiException BadRequest(string message) => new(StatusCodes.Status400BadRequest, message);

    /// <summary>Parameters that are there but break rules: all of them together, in the contract's array
    /// form.</summary>
    public static ApiException BrokenRules(IReadOnlyList<string> rules) =>
        new(StatusCodes.Status400BadRequest, string.Join(", ", rules), rules);

    public static ApiException BrokenRule(string rule) => BrokenRules([rule]);

    public static ApiException Unauthenticated(string message = "Unauthenticated") =>
        new(StatusCodes.Status401Unauthorized, message);

    /// <summary>The password is right, and not enough.</summary>
    public static ApiException NeedsCode() => Unauthenticated(
        "Unauthenticated: this account has a second factor, so use its API id and key, or an access token, instead of the password");

    /// <summary>Whoever it is must confirm the email first.</summary>
    public static ApiException NeedsConfirmation() =>
        Unauthenticated("Unauthenticated: confirm your email first, by the link that was mailed to it");

    public static ApiException Unauthorized() => Forbidden("Unauthorized");

    public static ApiException Forbidden(string message) => new(StatusCodes.Status403Forbidden, message);

    public static ApiException NotFound(string message = "Not Found") => new(StatusCodes.Status404NotFound, message);

    public static ApiException MethodNotAllowed(string allow) =>
        new(StatusCodes.Status405MethodNotAllowed, "Method Not Allowed") { Allow = allow };

    public static ApiException UnsupportedFormat(string format) => new(
        StatusCodes.Status406NotAcceptable,
        string.Create(CultureInfo.InvariantCulture, $"The requested format '{format}' is not supported."));

    public static ApiException Conflict(string message) => new(StatusCodes.Status409Conflict, message);

    /// <summary>What is there is not what the caller's condition wants.</summary>
    public static ApiException ConditionFailed() => new(StatusCodes.Status412PreconditionFailed, "Precondition Failed");

    public static ApiException NoSuchPart() => new(StatusCodes.Status416RangeNotSatisfiable, "Range Not Satisfiable");

    public static ApiException TooSlow() => new(StatusCodes.Status408RequestTimeout, "Request Timeout");

    public static ApiException TooLarge() => new(StatusCodes.Status413PayloadTooLarge, "Request entity too large");

    public static ApiException TooManyRequests(TimeSpan retryAfter) =>
        new(StatusCodes.Status429TooManyRequests, "Too Many Requests") { RetryAfter = retryAfter };

    /// <summary>There is too much to do just now; nothing is broken.</summary>
    public static ApiException Busy(string message, TimeSpan retryAfter) =>
        new(StatusCodes.Status503ServiceUnavailable, message) { RetryAfter = retryAfter };

    public static ApiException Unavailable(string message) =>
        new(StatusCodes.Status503ServiceUnavailable, message);

    /// <summary>The archive cannot be changed now: the recorder has logged why.</summary>
    public static ApiException NoArchive() =>
        new(StatusCodes.Status503ServiceUnavailable, "The archive cannot be changed now") { IsExpected = true };

    /// <summary>An owner's cameras take up all that they may: that is as whoever runs the server wants it.</summary>
    public static ApiException NoRoom() =>
        new(StatusCodes.Status503ServiceUnavailable, "The owner's cameras have no room left") { IsExpected = true };

    /// <summary>Something that this server may do without is not there, or does not work: whoever found it out has logged it.</summary>
    public static ApiException Incapable(string message) =>
        new(StatusCodes.Status503ServiceUnavailable, message) { IsExpected = true };

    /// <summary>A camera cannot be reached: the recorder's log says more, and nothing of the server is broken.</summary>
    public static ApiException NoCamera(string message) =>
        new(StatusCodes.Status503ServiceUnavailable, message) { IsExpected = true };
}
