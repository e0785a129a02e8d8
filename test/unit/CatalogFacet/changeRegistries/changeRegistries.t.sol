// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Base} from "../../../fixtures/Base.sol";
import {ICatalog} from "../../../../contracts/interfaces/ICatalog.sol";
import {IOwnership} from "../../../../contracts/interfaces/IOwnership.sol";

contract ChangeRegistries_Unit_Test is Base {
    function testFuzz_RevertWhen_TheCallerIsNotTheOwner(address caller) external {
        vm.assume(caller != owner.addr);

        vm.expectRevert(abi.encodeWithSelector(IOwnership.CallerIsNotTheOwner.selector, caller, owner.addr));
        vm.prank(caller);
        poco.changeRegistries(caller, caller, caller);
    }

    function testFuzz_RevertWhen_TheAppRegistryHasNoCode(address nothing) external {
        _expectRefusal(nothing);
        poco.changeRegistries(nothing, address(datasetRegistry), address(workerpoolRegistry));
    }

    function testFuzz_RevertWhen_TheDatasetRegistryHasNoCode(address nothing) external {
        _expectRefusal(nothing);
        poco.changeRegistries(address(appRegistry), nothing, address(workerpoolRegistry));
    }

    function testFuzz_RevertWhen_TheWorkerpoolRegistryHasNoCode(address nothing) external {
        _expectRefusal(nothing);
        poco.changeRegistries(address(appRegistry), address(datasetRegistry), nothing);
    }

    function test_WhenAllRegistriesHaveCode() external {
        assertEq(poco.appregistry(), address(appRegistry), "apps before");
        assertEq(poco.datasetregistry(), address(datasetRegistry), "datasets before");
        assertEq(poco.workerpoolregistry(), address(workerpoolRegistry), "workerpools before");
        (address apps, address datasets, address workerpools) = (makeAddr("a"), makeAddr("d"), makeAddr("w"));
        // The least code there is.
        vm.etch(apps, hex"00");
        vm.etch(datasets, hex"00");
        vm.etch(workerpools, hex"00");

        vm.prank(owner.addr);
        poco.changeRegistries(apps, datasets, workerpools);

        // It should point to the new registries.
        assertEq(poco.appregistry(), apps, "apps");
        assertEq(poco.datasetregistry(), datasets, "datasets");
        assertEq(poco.workerpoolregistry(), workerpools, "workerpools");
    }

    function _expectRefusal(address nothing) private {
        vm.assume(nothing.code.length == 0);
        vm.expectRevert(abi.encodeWithSelector(ICatalog.RegistryWithoutCode.selector, nothing));
        vm.prank(owner.addr);
    }
}
