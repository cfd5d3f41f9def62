/** The version of this program; product-version.spec.ts holds it against package.json. */
export const productVersion = '0.1.0';
