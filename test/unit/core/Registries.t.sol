// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {Registries} from "../../../contracts/core/Registries.sol";

contract Registries_Test is Test {
    Registries internal registries;
    uint256 internal afterThem;

    function setAndCheck(address[3] calldata all) internal {
        for (uint256 i; i < all.length; ++i) {
            // Below are precompiles, where no code can be put.
            vm.assume(all[i] > address(0xffff) && all[i] != address(this) && all[i] != address(vm));
            // It answers every question with 96 bytes.
            vm.etch(all[i], hex"60605ff3");
        }

        registries.set(all[0], all[1], all[2]);

        assertEq(address(registries.apps), all[0], "apps");
        assertEq(address(registries.datasets), all[1], "datasets");
        assertEq(address(registries.workerpools()), all[2], "workerpools");
    }

    function testFuzz_AnyThreeAfterAnyThree(address[3] calldata before, address[3] calldata all) external {
        setAndCheck(before);
        setAndCheck(all);
    }

    function test_TheyTakeTwoSlots() external pure {
        uint256 first;
        uint256 next;
        assembly ("memory-safe") {
            first := registries.slot
            next := afterThem.slot
        }
        assertEq(next - first, 2);
    }
}
