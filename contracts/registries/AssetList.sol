// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

using AssetListLib for AssetList global;

/// @dev An element of an {AssetList}, in one slot: 20 + 6.
/// bits 0..159: the asset | bits 160..207: the length of the whole list, in the first element only
struct AssetListEntry {
    address asset;
    uint48 length;
}

/// @dev A list of assets that stores its length in the free bits of its first element. Most accounts own one asset, and
/// their list takes one new slot instead of two.
struct AssetList {
    mapping(uint256 index => AssetListEntry entry) entries;
}

/// @title AssetListLib
/// @dev A list never holds the zero address. Callers check indexes against `length`.
library AssetListLib {
    /// @dev Adds `asset` at the end and returns its index. Panics at 2^48 assets, which no chain has room for.
    function push(AssetList storage self, address asset) internal returns (uint48 index) {
        index = self.entries[0].length;

        self.entries[index].asset = asset;
        self.entries[0].length = index + 1;
    }

    /// @dev Removes the element at `index`, moves the last one there and returns it.
    function swapAndPop(AssetList storage self, uint256 index) internal returns (address moved) {
        uint48 last = self.entries[0].length - 1;
        moved = self.entries[last].asset;

        self.entries[index].asset = moved;
        delete self.entries[last];
        if (last > 0) {
            self.entries[0].length = last;
        }
    }

    function length(AssetList storage self) internal view returns (uint256) {
        return self.entries[0].length;
    }

    function assetAt(AssetList storage self, uint256 index) internal view returns (address) {
        return self.entries[index].asset;
    }
}
