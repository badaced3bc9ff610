/** The picture of midturn, as clients show it beside its name: a ring around a point. Data, so that nothing is fetched. */
export const ICONS = [
  {
    // Every client that shows icons can show this kind, and it is small: since 2026-07-28 each answer carries it.
    src: 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAACAAAAAgAQMAAABJtOi3AAAABlBMVEUfOl/08eg+o9foAAAATElEQVR42mNgwAnkfwAJ+z9A4v9/BgbGH/INDIwP2BsYmA8wH2Bgb2B8wMDefBBIsD8AEvwfMAmwBFgJSDFYG9gAsFFgQyHGgy3CAQAvvCQHjT3F/QAAAABJRU5ErkJggg==',
    mimeType: 'image/png',
    sizes: ['32x32'],
  },
];
