namespace Evercam.FakeCameras;

/// <summary>What a camera does with a request whose credentials are right. Whoever lacks them is asked for them first.</summary>
public enum Behaviour
{
    /// <summary>Answers with the picture of this moment.</summary>
    Normal,

    /// <summary>The same, as PNG.</summary>
    Png,

    /// <summary>The same, after <see cref="FakeCamera.Delay"/>.</summary>
    Slow,

    /// <summary>Never answers, and keeps the connection open.</summary>
    Hang,

    /// <summary>Sends the picture, one byte a second.</summary>
    Drip,

    /// <summary>200 with a page, as <c>text/html</c>.</summary>
    WrongType,

    /// <summary>200 with a page that calls itself <c>image/jpeg</c>.</summary>
    LieAboutType,

    /// <summary>302 to <c>http://169.254.169.254/</c>, where clouds keep their secrets.</summary>
    Redirect,

    /// <summary>Begins like a picture, announces a gigabyte, and sends it.</summary>
    Gigabyte,

    /// <summary>Begins like a picture, announces no length, and never ends.</summary>
    Endless,

    /// <summary>The first half of a picture, well announced: only a decoder can tell.</summary>
    Truncate,

    /// <summary>Announces the whole picture, sends half, and closes.</summary>
    BreakOff,

    /// <summary>500.</summary>
    ServerError,

    /// <summary>403.</summary>
    Forbidden,

    /// <summary>404.</summary>
    NotFound,

    /// <summary>Closes the connection without a word.</summary>
    CloseWithoutAnswer,

    /// <summary>200, <c>image/jpeg</c>, and not one byte.</summary>
    EmptyBody,
}
